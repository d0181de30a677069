#include "greenhalo/base/isa.h"

#include <fmt/format.h>

#ifdef GREENHALO_X86
#include <cpuid.h>
#endif

#include <cstdlib>
#include <optional>

#include "greenhalo/base/error.h"

namespace greenhalo {

namespace {

constexpr Isa all_isas[] = {Isa::generic, Isa::x86_64_v2, Isa::x86_64_v3, Isa::x86_64_v4};

std::optional<Isa>& chosen() {
    static std::optional<Isa> isa;
    return isa;
}

std::string names(const std::vector<Isa>& isas) {
    std::string text;
    for (const Isa isa : isas) text += (text.empty() ? "" : ", ") + isa_name(isa);
    return text;
}

Isa from_environment() {
    const std::vector<Isa> available = available_isas();
    const char* wanted = std::getenv("GREENHALO_ISA");
    if (wanted == nullptr || *wanted == '\0') return available.back();
    if (const std::optional<Isa> isa = isa_from_name(wanted)) {
        if (isa_is_available(*isa)) return *isa;
        throw InputError(fmt::format("GREENHALO_ISA={}: this machine or this build has no {}; available: {}", wanted,
                                     wanted, names(available)));
    }
    throw InputError(fmt::format("GREENHALO_ISA={}: unknown instruction set; available: {}", wanted, names(available)));
}

#ifdef GREENHALO_X86
// All that -march=x86-64-vN lets the compiler use, where the operating system saves the registers as well.
#if (defined(__clang__) && __clang_major__ >= 18) || (!defined(__clang__) && __GNUC__ >= 12)
bool has_x86_64_v2() {
    return __builtin_cpu_supports("x86-64-v2");
}
bool has_x86_64_v3() {
    return __builtin_cpu_supports("x86-64-v3");
}
bool has_x86_64_v4() {
    return __builtin_cpu_supports("x86-64-v4");
}
#else
// These compilers know neither the levels nor every feature of them.
bool has_feature_bit(unsigned leaf, unsigned bit) {
    unsigned a = 0, b = 0, c = 0, d = 0;
    return __get_cpuid(leaf, &a, &b, &c, &d) != 0 && (c >> bit & 1U) != 0;
}
bool has_x86_64_v2() {
    constexpr unsigned cmpxchg16b = 13, lahf = 0;
    return __builtin_cpu_supports("ssse3") && __builtin_cpu_supports("sse4.2") &&
           __builtin_cpu_supports("popcnt") && has_feature_bit(1, cmpxchg16b) &&
           has_feature_bit(0x80000001, lahf);
}
bool has_x86_64_v3() {
    constexpr unsigned movbe = 22, f16c = 29, lzcnt = 5;
    return has_x86_64_v2() && __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") &&
           __builtin_cpu_supports("bmi") && __builtin_cpu_supports("bmi2") && has_feature_bit(1, movbe) &&
           has_feature_bit(1, f16c) && has_feature_bit(0x80000001, lzcnt);
}
bool has_x86_64_v4() {
    return has_x86_64_v3() && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq") &&
           __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512vl") &&
           __builtin_cpu_supports("avx512cd");
}
#endif
#endif

}  // namespace

std::string isa_name(Isa isa) {
    switch (isa) {
        case Isa::x86_64_v2: return "x86-64-v2";
        case Isa::x86_64_v3: return "x86-64-v3";
        case Isa::x86_64_v4: return "x86-64-v4";
        case Isa::generic: break;
    }
    return "generic";
}

std::optional<Isa> isa_from_name(const std::string& name) {
    for (const Isa isa : all_isas) {
        if (isa_name(isa) == name) return isa;
    }
    return std::nullopt;
}

bool gives_same_bits(Isa one, Isa other) {
    const auto fuses = [](Isa isa) { return isa == Isa::x86_64_v3 || isa == Isa::x86_64_v4; };
    return one == other || (fuses(one) && fuses(other));
}

bool isa_is_available(Isa isa) {
#ifdef GREENHALO_X86
    switch (isa) {
        case Isa::generic: return false;
        case Isa::x86_64_v2:
            return has_x86_64_v2();
        case Isa::x86_64_v3:
            return has_x86_64_v3();
        case Isa::x86_64_v4:
            return has_x86_64_v4();
    }
    return false;
#else
    return isa == Isa::generic;
#endif
}

std::vector<Isa> available_isas() {
    std::vector<Isa> available;
    for (const Isa isa : all_isas) {
        if (isa_is_available(isa)) available.push_back(isa);
    }
    if (available.empty()) throw Error("this processor lacks SSE4.2: greenhalo needs at least x86-64-v2");
    return available;
}

Isa active_isa() {
    if (!chosen()) chosen() = from_environment();
    return *chosen();
}

void set_active_isa(Isa isa) { chosen() = isa; }

}  // namespace greenhalo
