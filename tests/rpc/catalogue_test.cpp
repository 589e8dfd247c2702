// SPDX-License-Identifier: Apache-2.0
#include "rpc/catalogue.h"

#include <stdexcept>

#include <cppunit/extensions/HelperMacros.h>

using namespace errand;

namespace {

class Named : public rpc::Service {
public:
    Named(const std::string& name, const std::vector<std::string>& methods) : Service(name, 1) {
        for (const std::string& each : methods) method(each, &Named::run, {}, "Does nothing.");
        method("told", &Named::run, {}, "Has a failure cast.").failureCasts =
            [](const rpc::Arguments& arguments, const rpc::ErrorReply& error) {
                return std::vector<rpc::Cast>{{"mail", error.type + error.message, arguments}};
            };
        method("broken", &Named::run, {}, "Has a bad failure cast.").failureCasts =
            [](const rpc::Arguments&, const rpc::ErrorReply&) -> std::vector<rpc::Cast> {
            throw std::runtime_error("cannot say");
        };
    }
    void run(rpc::Context&) {}
};

}  // namespace

class CatalogueTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(CatalogueTest);
    CPPUNIT_TEST(findsServicesAndMethods);
    CPPUNIT_TEST(reachesOnlyItselfUnlessItIsSaid);
    CPPUNIT_TEST(misspeltNamesHaveNeighbours);
    CPPUNIT_TEST(nearestComeFirstAndThreeAtMost);
    CPPUNIT_TEST(farNamesHaveNone);
    CPPUNIT_TEST(failureCastsAreThoseOfTheMethod);
    CPPUNIT_TEST_SUITE_END();

    using Names = std::vector<std::string>;

    const Named compute_{"compute", {"compute"}};
    const Named mail_{"mail", {"send", "sent", "sund", "lend", "seed"}};
    const rpc::Catalogue catalogue_{{&compute_, &mail_}};

public:
    void findsServicesAndMethods() {
        CPPUNIT_ASSERT(catalogue_.find("mail") == &mail_);
        CPPUNIT_ASSERT(!catalogue_.find("male"));
        CPPUNIT_ASSERT(catalogue_.find("mail", "send") == mail_.find("send"));
        CPPUNIT_ASSERT(!catalogue_.find("mail", "compute"));
        CPPUNIT_ASSERT(!catalogue_.find("none", "send"));
        CPPUNIT_ASSERT_EQUAL(std::size_t(2), catalogue_.services().size());
    }

    void reachesOnlyItselfUnlessItIsSaid() {
        CPPUNIT_ASSERT(!catalogue_.reachesEverywhere());
        const rpc::Catalogue wide({&mail_}, rpc::Reach::everywhere);
        CPPUNIT_ASSERT(wide.reachesEverywhere());
        CPPUNIT_ASSERT(!wide.find("compute"));
    }

    void misspeltNamesHaveNeighbours() {
        CPPUNIT_ASSERT(catalogue_.nearServices("compte") == Names{"compute"});
        CPPUNIT_ASSERT(catalogue_.nearServices("mial") == Names{"mail"});
        CPPUNIT_ASSERT(catalogue_.nearMethods("compute", "computed") == Names{"compute"});
    }

    void nearestComeFirstAndThreeAtMost() {
        const Names expected{"send", "lend", "seed"};
        CPPUNIT_ASSERT(catalogue_.nearMethods("mail", "send") == expected);
    }

    void farNamesHaveNone() {
        CPPUNIT_ASSERT(catalogue_.nearServices("database").empty());
        CPPUNIT_ASSERT(catalogue_.nearServices("").empty());
        CPPUNIT_ASSERT(catalogue_.nearServices(std::string(1 << 20, 'm')).empty());
        CPPUNIT_ASSERT(catalogue_.nearMethods("none", "send").empty());
    }

    void failureCastsAreThoseOfTheMethod() {
        const rpc::ErrorReply error{"Timeout", "!"};
        const rpc::Arguments arguments{"[1]", "{}"};
        const std::vector<rpc::Cast> expected{{"mail", "Timeout!", arguments}};
        CPPUNIT_ASSERT(catalogue_.failureCasts("mail", "told", arguments, error) == expected);
        CPPUNIT_ASSERT(catalogue_.failureCasts("mail", "send", arguments, error).empty());
        CPPUNIT_ASSERT(catalogue_.failureCasts("mail", "none", arguments, error).empty());
        CPPUNIT_ASSERT(catalogue_.failureCasts("mail", "broken", arguments, error).empty());
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(CatalogueTest);
