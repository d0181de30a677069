#include "greenhalo/superposition/direct_sum.h"

#include <gtest/gtest.h>

#include <cmath>

#include "support/exact_sum.h"
#include "support/instruction_sets.h"
#include "support/models.h"

namespace greenhalo::test {

namespace {

Superposition direct_sum(const Transport& transport, const std::vector<Source>& sources,
                         bool with_energy = false) {
    DirectSum direct(transport, Selection{});
    return direct.sum(listed(sources, with_energy));
}

/// A few hundred places and ages without any pattern.
std::vector<Source> some_sources(int count) {
    std::vector<Source> sources;
    for (int i = 0; i < count; ++i) {
        const double turn = 2.399963 * i, radius = 0.3 + 14.0 * std::fmod(0.618034 * i, 1.0);
        sources.push_back({radius * std::cos(turn), radius * std::sin(turn), 0.4 * std::sin(1.7 * i),
                           std::pow(10.0, -3.0 + 5.0 * std::fmod(0.7548777 * i, 1.0)),
                           1.0 + 0.5 * std::cos(i)});
    }
    return sources;
}

void expect_same_bits(const Superposition& a, const Superposition& b) {
    EXPECT_EQ(a.density, b.density);
    EXPECT_EQ(a.current, b.current);
}

TEST(DirectSum, OfNothingIsZero) {
    const Superposition s = direct_sum(paper_transport(4.0, {1e3, 1e5}), {});
    EXPECT_EQ(s.density, std::vector<double>(10, 0.0));
    EXPECT_EQ(s.current, std::vector<double>(30, 0.0));
    SourceLaw none;
    none.model = SourceModel::none;
    DirectSum direct(paper_transport(4.0, {1e3}), Selection{});
    std::int64_t count = -1;
    EXPECT_EQ(direct.sum(Catalogue(none, 80.0, 1), 0, &count).density, std::vector<double>(5, 0.0));
    EXPECT_EQ(count, 0);
}

TEST(DirectSum, YieldsScaleTheirOwnGroupAndEnergy) {
    const auto sources = some_sources(300);
    Transport unit = paper_transport(4.0, {1e3, 1e5}), scaled = unit;
    scaled.release[0][0][0].yield = 8.0;
    scaled.release[0][1][0].yield = 3.0;
    scaled.release[4][1][0].yield = 1e40;
    const Superposition a = direct_sum(unit, sources), b = direct_sum(scaled, sources);
    for (std::size_t c = 0; c < 10; ++c) {
        const double factor = c == 0 ? 8.0 : c == 1 ? 3.0 : c == 9 ? 1e40 : 1.0;
        ASSERT_GT(a.density[c], 0.0);
        EXPECT_NEAR(b.density[c] / a.density[c], factor, 1e-15 * factor);
        for (std::size_t i = 0; i < 3; ++i) {
            EXPECT_NEAR(b.current[3 * c + i] / a.current[3 * c + i], factor, 1e-15 * factor);
        }
    }
}

TEST(DirectSum, WithoutYieldThereIsNothing) {
    Transport t = paper_transport(4.0, {1e3, 1e5});
    t.release[1][0].clear();
    t.release[2][1][0].yield = 0.0;
    const Superposition s = direct_sum(t, some_sources(50));
    for (std::size_t c = 0; c < 10; ++c) {
        if (c == 2 || c == 5) {
            EXPECT_EQ(s.density[c], 0.0);
        } else {
            EXPECT_GT(s.density[c], 0.0);
        }
    }
}

TEST(DirectSum, EnergyOfASourceScalesItsContribution) {
    const Transport t = paper_transport(4.0, {1e3, 1e6});
    on_every_isa([&](Isa) {
        Source source{7.0, 1.0, 0.2, 0.5};
        const Superposition one = direct_sum(t, {source});
        source.energy = 4.0;
        const Superposition four = direct_sum(t, {source}, true);
        for (std::size_t c = 0; c < one.density.size(); ++c) {
            EXPECT_EQ(four.density[c], 4.0 * one.density[c]);
            for (std::size_t i = 0; i < 3; ++i)
                EXPECT_EQ(four.current[3 * c + i], 4.0 * one.current[3 * c + i]);
        }
        // among others, against the plain sum
        const auto sources = some_sources(700);
        WorstErrors errors;
        errors.compare(exact_sum(t, Selection{}, sources), direct_sum(t, sources, true));
        for (const double error : errors.of) EXPECT_LE(error, 1e-12);
    });
}

TEST(DirectSum, DelayedReleaseIsAYoungerSource) {
    Transport prompt = paper_transport(4.0, {1e3, 1e5}), delayed = prompt;
    for (auto& group : delayed.release) {
        for (auto& entries : group) entries = {{0.25, 1.0}};
    }
    const Superposition a = direct_sum(prompt, {{6.0, 1.0, 0.1, 0.5}}),
                        b = direct_sum(delayed, {{6.0, 1.0, 0.1, 0.75}});
    expect_same_bits(a, b);
    const Superposition early = direct_sum(delayed, {{6.0, 1.0, 0.1, 0.25}, {6.0, 1.0, 0.1, 0.1}});
    for (const double n : early.density) EXPECT_EQ(n, 0.0);
}

TEST(DirectSum, SourcesOutsideTheHaloGiveNothing) {
    const Transport t = paper_transport(1.0, {1e3, 1e6});
    for (const double height : {1.0, -1.0, 1.5, -7.0}) {
        const Superposition s = direct_sum(t, {{8.0, 0.5, height, 1.0}});
        for (const double n : s.density) EXPECT_EQ(n, 0.0);
        for (const double j : s.current) EXPECT_EQ(j, 0.0);
    }
    // and leave the others alone
    expect_same_bits(direct_sum(t, {{8.0, 0.5, 0.3, 1.0}, {8.0, 0.5, 1.0, 1.0}}),
                     direct_sum(t, {{8.0, 0.5, 0.3, 1.0}}));
}

TEST(DirectSum, OrderOfListedSourcesDoesNotMatter) {
    const Transport t = paper_transport(2.0, {1e3, 1e6});
    auto sources = some_sources(2000);
    const Superposition forwards = direct_sum(t, sources, true);
    std::reverse(sources.begin(), sources.end());
    expect_same_bits(direct_sum(t, sources, true), forwards);
}

TEST(DirectSum, CanBeUsedAgain) {
    const Transport t = paper_transport(2.0, {1e3, 1e6});
    const Catalogue catalogue({SourceModel::cylindrical, 1e3, 0.1, 15.0}, 20.0, 1);
    DirectSum direct(t, Selection{});
    const SourceBuffer others = listed(some_sources(100));
    const Superposition first = direct.sum(catalogue, 0), alone = direct.sum(others);
    direct.sum(catalogue, 1);
    expect_same_bits(direct.sum(catalogue, 0), first);
    expect_same_bits(direct.sum(others), alone);
}

TEST(DirectSum, SelectionDoesNotApplyToListedSources) {
    Selection all_dropped;
    all_dropped.minimum_age = 1e9;
    all_dropped.minimum_distance = 1e9;
    const Transport t = paper_transport(2.0, {1e3});
    DirectSum strict(t, all_dropped);
    expect_same_bits(strict.sum(listed(some_sources(100))), direct_sum(t, some_sources(100)));
    const Catalogue catalogue({SourceModel::cylindrical, 1e3, 0.1, 15.0}, 20.0, 1);
    EXPECT_EQ(strict.sum(catalogue, 0).density, std::vector<double>(5, 0.0));
}

TEST(DirectSum, CountsTheSourcesWithinTheSpan) {
    // a span that ends within a slab
    const Catalogue catalogue({SourceModel::cylindrical, 1e4, 0.1, 15.0}, 7.3, 1);
    Selection strict;
    strict.minimum_age = 1.0;
    for (const std::int64_t realization : {0, 1, 2}) {
        std::int64_t count = 0;
        DirectSum(paper_transport(2.0, {1e3}), strict).sum(catalogue, realization, &count);
        EXPECT_EQ(count, static_cast<std::int64_t>(sources_of(catalogue, realization).size()));
    }
}

TEST(DirectSum, FusedInstructionSetsAgreeToTheBit) {
    if (!isa_is_available(Isa::x86_64_v3) || !isa_is_available(Isa::x86_64_v4))
        GTEST_SKIP() << "needs AVX2 and AVX-512";
    for (const double z : {0.0, 0.7}) {
        Transport t = paper_transport(2.0, log_energies(10.0, 1e9, 9));
        t.observer.z = z;
        for (auto& group : t.release) {
            for (auto& entries : group) entries.push_back({0.01, 0.5});
        }
        std::vector<Superposition> sums;
        on_every_isa([&](Isa isa) {
            if (isa != Isa::x86_64_v3 && isa != Isa::x86_64_v4) return;
            DirectSum direct(t, Selection{});
            sums.push_back(
                direct.sum(Catalogue(SourceLaw{SourceModel::cylindrical, 2e3, 0.1, 15.0}, 100.0, 1), 0));
            sums.push_back(direct.sum(listed(some_sources(3000))));
        });
        ASSERT_EQ(sums.size(), 4u);
        expect_same_bits(sums[0], sums[2]);
        expect_same_bits(sums[1], sums[3]);
    }
}

}  // namespace

}  // namespace greenhalo::test
