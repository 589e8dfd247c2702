// SPDX-License-Identifier: Apache-2.0
// Control is the queue in which this process hears of the requests it has taken.
//
// Threads: the consumer's.
// Owns: nothing; consumer and servings outlive it.
// Errors: none; what it does not know it drops.
#pragma once

#include "consumer.h"
#include "names.h"
#include "servings.h"

namespace errand::transport_amqp {

class Control : public Receiver {
public:
    Control(Consumer& consumer, Servings& servings) : consumer_(consumer), servings_(servings) {}

    void delivered(Delivery delivery) noexcept override {
        const Message& message = delivery.message;
        if (message.type == answerType) servings_.answered(message);
        if (message.type == cancelType) servings_.cancelled(message);
        consumer_.acknowledge(delivery.ticket);  // a ping has done its work by arriving
    }

private:
    Consumer& consumer_;
    Servings& servings_;
};

}  // namespace errand::transport_amqp
