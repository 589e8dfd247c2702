// SPDX-License-Identifier: Apache-2.0
#include "app/application.h"

POCO_SERVER_MAIN(errand::app::Application)
