/// \file
/// Declares, per instruction set, a function that a kernel file defines, and picks the one in use.
/// GREENHALO_DECLARE_KERNELS(Table, name) declares `const Table& name()` in every instruction set's namespace and
/// defines `const Table& active_name()` beside the caller.
#pragma once

#include "greenhalo/base/isa.h"

#ifdef GREENHALO_X86
#define GREENHALO_DECLARE_KERNELS(Table, name)            \
    namespace x86_64_v2 { const Table& name(); }          \
    namespace x86_64_v3 { const Table& name(); }          \
    namespace x86_64_v4 { const Table& name(); }          \
    inline const Table& active_##name() {                 \
        switch (active_isa()) {                           \
            case Isa::x86_64_v4: return x86_64_v4::name(); \
            case Isa::x86_64_v3: return x86_64_v3::name(); \
            default: return x86_64_v2::name();            \
        }                                                 \
    }
#else
#define GREENHALO_DECLARE_KERNELS(Table, name)   \
    namespace generic { const Table& name(); }   \
    inline const Table& active_##name() { return generic::name(); }
#endif
