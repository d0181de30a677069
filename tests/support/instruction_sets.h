/// \file
/// Running the same check on every instruction set of this machine.
#pragma once

#include <gtest/gtest.h>

#include "greenhalo/base/isa.h"

namespace greenhalo::test {

/// Calls `check(isa)` with each available instruction set in use, and puts the former one back.
template <class Check>
void on_every_isa(Check check) {
    struct Restore {
        Isa former = active_isa();
        ~Restore() { set_active_isa(former); }
    } restore;
    for (const Isa isa : available_isas()) {
        SCOPED_TRACE(isa_name(isa));
        set_active_isa(isa);
        check(isa);
    }
}

}  // namespace greenhalo::test
