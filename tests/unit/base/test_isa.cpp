#include "greenhalo/base/isa.h"

#include <gtest/gtest.h>

#include <cstdio>
#include <cstdlib>
#include <set>

#include "greenhalo/base/error.h"
#include "support/instruction_sets.h"

namespace greenhalo::test {

namespace {

TEST(Isa, NamesAreThoseOfTheArchitectureLevels) {
    EXPECT_EQ(isa_name(Isa::generic), "generic");
    EXPECT_EQ(isa_name(Isa::x86_64_v2), "x86-64-v2");
    EXPECT_EQ(isa_name(Isa::x86_64_v3), "x86-64-v3");
    EXPECT_EQ(isa_name(Isa::x86_64_v4), "x86-64-v4");
}

TEST(Isa, TheBestAvailableComesLast) {
    const auto isas = available_isas();
    ASSERT_FALSE(isas.empty());
    EXPECT_TRUE(std::is_sorted(isas.begin(), isas.end()));
    for (const Isa isa : isas) EXPECT_TRUE(isa_is_available(isa));
#ifdef GREENHALO_X86
    EXPECT_FALSE(isa_is_available(Isa::generic));
    EXPECT_EQ(isas.front(), Isa::x86_64_v2);
#else
    EXPECT_EQ(isas, std::vector<Isa>{Isa::generic});
#endif
}

TEST(Isa, EveryAvailableOneCanBeSet) {
    std::set<Isa> used;
    on_every_isa([&](Isa isa) {
        EXPECT_EQ(active_isa(), isa);
        used.insert(isa);
    });
    EXPECT_EQ(used.size(), available_isas().size());
}

/// The choice is made once per program: a fresh one tells how it went by its exit status, and why on stderr.
[[noreturn]] void choose_with(const char* value) {
    setenv("GREENHALO_ISA", value, 1);
    try {
        std::fprintf(stderr, "in use: %s\n", isa_name(active_isa()).c_str());
    } catch (const InputError& error) {
        std::fprintf(stderr, "input error: %s\n", error.what());
        std::exit(static_cast<int>(ExitStatus::input_error));
    }
    std::exit(static_cast<int>(ExitStatus::done));
}

class IsaOverrideDeathTest : public ::testing::Test {
  protected:
    void SetUp() override { GTEST_FLAG_SET(death_test_style, "threadsafe"); }
};

TEST_F(IsaOverrideDeathTest, UnknownIsRefused) {
    EXPECT_EXIT(choose_with("x86-64-v9"), ::testing::ExitedWithCode(2),
                "input error: .*x86-64-v9: unknown instruction set; available: .+");
    EXPECT_EXIT(choose_with("X86-64-V2"), ::testing::ExitedWithCode(2), "unknown instruction set");
}

TEST_F(IsaOverrideDeathTest, UnavailableIsRefused) {
    const Isa missing = isa_is_available(Isa::generic) ? Isa::x86_64_v4 : Isa::generic;
    EXPECT_EXIT(choose_with(isa_name(missing).c_str()), ::testing::ExitedWithCode(2),
                "input error: .*this machine or this build has no .*; available: .+");
}

TEST_F(IsaOverrideDeathTest, AvailableIsTaken) {
    for (const Isa isa : available_isas()) {
        EXPECT_EXIT(choose_with(isa_name(isa).c_str()), ::testing::ExitedWithCode(0),
                    "in use: " + isa_name(isa));
    }
}

TEST_F(IsaOverrideDeathTest, EmptyMeansTheBest) {
    EXPECT_EXIT(choose_with(""), ::testing::ExitedWithCode(0),
                "in use: " + isa_name(available_isas().back()));
}

}  // namespace

}  // namespace greenhalo::test
