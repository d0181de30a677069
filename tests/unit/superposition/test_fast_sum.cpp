#include "greenhalo/superposition/fast_sum.h"

#include <gtest/gtest.h>

#include <cmath>

#include "greenhalo/superposition/direct_sum.h"
#include "greenhalo/superposition/source_sum.h"
#include "support/instruction_sets.h"
#include "support/models.h"

namespace greenhalo::test {

namespace {

constexpr double span = 20.0, tolerance = 1e-7;

struct Example {
    Transport transport = paper_transport(2.0, log_energies(1e3, 1e7, 12));
    Selection selection;
    SourceLaw law;
    FastSum sum() const { return FastSum(transport, selection, law, span, tolerance); }
};

void expect_same_bits(const Superposition& a, const Superposition& b) {
    EXPECT_EQ(a.density, b.density);
    EXPECT_EQ(a.current, b.current);
}

TEST(FastSum, IsAPureFunctionOfTheRealization) {
    const Example example;
    const Catalogue catalogue(example.law, span, 7), other(example.law, span, 8);
    FastSum used = example.sum(), fresh = example.sum();
    ASSERT_EQ(used.why_direct(), "");
    used.sum(other, 3);
    used.sum(catalogue, 0);
    expect_same_bits(used.sum(catalogue, 5), fresh.sum(catalogue, 5));
}

TEST(FastSum, HasTheSameBitsOnInstructionSetsWithFusedOperations) {
    const Example example;
    const Catalogue catalogue(example.law, span, 7);
    std::vector<Superposition> sums;
    on_every_isa([&](Isa isa) {
        if (isa == Isa::x86_64_v3 || isa == Isa::x86_64_v4) sums.push_back(example.sum().sum(catalogue, 1));
    });
    for (const Superposition& s : sums) expect_same_bits(s, sums.front());
}

TEST(FastSum, KeepsItsToleranceOnEveryInstructionSet) {
    const Example example;
    const Catalogue catalogue(example.law, span, 9);
    on_every_isa([&](Isa) {
        const Superposition direct = DirectSum(example.transport, {}).sum(catalogue, 2);
        const Superposition fast = example.sum().sum(catalogue, 2);
        for (std::size_t p = 0; p < direct.density.size(); ++p) {
            EXPECT_LE(std::abs(fast.density[p] - direct.density[p]), tolerance * direct.density[p]);
        }
    });
}

TEST(FastSum, CountsSourcesUpToASpanThatEndsWithinASlab) {
    const Example example;
    for (const double end : {19.999, 20.0, 20.001}) {
        const Catalogue catalogue(example.law, end, 3);
        std::int64_t fast = 0, direct = 0;
        FastSum(example.transport, {}, example.law, end, tolerance).sum(catalogue, 4, &fast);
        DirectSum(example.transport, {}).sum(catalogue, 4, &direct);
        EXPECT_EQ(fast, direct);
        EXPECT_EQ(static_cast<std::size_t>(fast), sources_of(catalogue, 4).size());
    }
}

TEST(FastSum, MemoryDoesNotGrowWithTheSpan) {
    Example example;
    example.transport.energies = log_energies(1e3, 1e8, 51);
    example.transport.release = unit_release(5, 51);
    // from some age on nothing is seen any more, and nothing is held
    const FastSum longer(example.transport, {}, example.law, 500.0, 1e-8);
    const FastSum longest(example.transport, {}, example.law, 5000.0, 1e-8);
    EXPECT_LT(static_cast<double>(longest.memory()), 1.1 * static_cast<double>(longer.memory()) + 5e5);
    EXPECT_LT(longest.memory(), 64u << 20);
}

TEST(FastSum, ThinDiscHasNoVerticalCurrentInItsPlane) {
    Example example;
    example.law.scale_height = 0.0;
    FastSum sum = example.sum();
    ASSERT_EQ(sum.why_direct(), "");
    const Superposition s = sum.sum(Catalogue(example.law, span, 1), 0);
    for (std::size_t p = 0; p < s.density.size(); ++p) {
        EXPECT_GT(s.density[p], 0.0);
        EXPECT_EQ(s.current[3 * p + 2], 0.0);
    }
}

TEST(FastSum, SaysWhyItSumsDirectlyAndThenDoesJustThat) {
    Example slow;  // the release outlasts every age of the catalogue
    for (auto& group : slow.transport.release) {
        for (auto& entries : group) entries = {{0.0, 1.0}, {15.0, 1.0}};
    }
    slow.law.rate = 100.0;
    Example rare;  // hardly a source in reach
    rare.law.rate = 0.05;
    for (const Example& example : {slow, rare}) {
        FastSum sum = example.sum();
        EXPECT_NE(sum.why_direct(), "");
        EXPECT_EQ(sum.fast_from(), INFINITY);
        EXPECT_LE(sum.error_estimate(), 1e-12);
        const Catalogue catalogue(example.law, span, 2);
        expect_same_bits(sum.sum(catalogue, 0), DirectSum(example.transport, {}).sum(catalogue, 0));
    }
    EXPECT_NE(slow.sum().why_direct().find("release"), std::string::npos);
}

TEST(FastSum, NothingReleasedIsNothing) {
    Example example;
    for (auto& group : example.transport.release) {
        for (auto& entries : group) entries.clear();
    }
    std::int64_t count = 0;
    const Catalogue catalogue(example.law, 1.0, 2);
    const Superposition s =
        FastSum(example.transport, {}, example.law, 1.0, tolerance).sum(catalogue, 0, &count);
    for (const double n : s.density) EXPECT_EQ(n, 0.0);
    EXPECT_EQ(static_cast<std::size_t>(count), sources_of(catalogue, 0).size());
}

TEST(SourceSum, DoesWhatItsDescriptionSays) {
    const Example example;
    const Catalogue catalogue(example.law, span, 4);
    SourceSum direct(example.transport, {}, example.law, span, {SumMethod::direct, tolerance});
    SourceSum fast(example.transport, {}, example.law, span, {SumMethod::fast, tolerance});
    EXPECT_EQ(direct.description(), "direct");
    EXPECT_EQ(fast.description().substr(0, 5), "fast ");
    EXPECT_LT(direct.error_estimate(), fast.error_estimate());
    expect_same_bits(direct.sum(catalogue, 0), DirectSum(example.transport, {}).sum(catalogue, 0));
    expect_same_bits(fast.sum(catalogue, 0), example.sum().sum(catalogue, 0));
    SourceLaw none;
    none.model = SourceModel::none;
    EXPECT_EQ(SourceSum(example.transport, {}, none, span, {SumMethod::fast, tolerance}).description(),
              "direct");
}

}  // namespace

}  // namespace greenhalo::test
