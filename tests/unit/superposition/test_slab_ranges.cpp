// Sums over ranges of slabs against the sum over all of them.
#include <gtest/gtest.h>

#include <cmath>

#include "greenhalo/superposition/source_sum.h"
#include "support/models.h"

namespace greenhalo::test {
namespace {

struct Case {
    const char* name;
    SumMethod method;
    double minimum_age;
};

class SlabRanges : public testing::TestWithParam<Case> {
  protected:
    SlabRanges() : transport_(paper_transport(4.0, log_energies(1e3, 1e6, 4))) {
        selection_.minimum_age = GetParam().minimum_age;
        settings_.method = GetParam().method;
    }
    SourceSum make() const { return SourceSum(transport_, selection_, law_, span_, settings_); }

    static void add(const Superposition& part, Superposition& total) {
        for (std::size_t i = 0; i < part.density.size(); ++i) total.density[i] += part.density[i];
        for (std::size_t i = 0; i < part.current.size(); ++i) total.current[i] += part.current[i];
    }

    Transport transport_;
    Selection selection_;
    SourceLaw law_;
    double span_ = 20.0;
    SumSettings settings_;
};

TEST_P(SlabRanges, AddUpToTheWhole) {
    SourceSum sum = make();
    const Catalogue catalogue(law_, span_, 3);
    const std::int64_t slabs = catalogue.slab_count();
    std::int64_t whole_count = 0;
    const Superposition whole = sum.sum(catalogue, 5, &whole_count);
    // edges within groups, within cells, within and beyond the direct part, and below the age that settles
    // the cuts
    const std::vector<std::int64_t> edges = {0, 1, 700, 1513, 2800, 3111, 3112, 4001, slabs - 3, slabs};
    Superposition total{std::vector<double>(whole.density.size()), std::vector<double>(whole.current.size())};
    std::int64_t count = 0;
    for (std::size_t i = 1; i < edges.size(); ++i) {
        std::int64_t part = 0;
        add(sum.sum(catalogue, 5, {edges[i - 1], edges[i]}, &part), total);
        count += part;
    }
    EXPECT_EQ(count, whole_count);
    for (std::size_t i = 0; i < whole.density.size(); ++i)
        EXPECT_NEAR(total.density[i], whole.density[i], 3e-13 * whole.density[i]) << i;
    for (std::size_t i = 0; i < whole.current.size(); ++i) {
        const std::size_t pair = i / 3;
        const double scale = std::hypot(whole.current[3 * pair], whole.current[3 * pair + 1], whole.current[3 * pair + 2]);
        EXPECT_NEAR(total.current[i], whole.current[i], 3e-11 * scale) << i;
    }
}

TEST_P(SlabRanges, ARangeIsAPureFunction) {
    SourceSum sum = make(), other = make();
    const Catalogue catalogue(law_, span_, 3);
    const SlabRange range{2000, 4000};
    const Superposition first = sum.sum(catalogue, 1, range);
    other.sum(catalogue, 7, {0, 100});
    const Superposition second = other.sum(catalogue, 1, range);
    EXPECT_EQ(first.density, second.density);
    EXPECT_EQ(first.current, second.current);
}

TEST_P(SlabRanges, AnAbandonedSumLeavesNothingBehind) {
    SourceSum sum = make();
    const Catalogue catalogue(law_, span_, 3);
    const Superposition whole = sum.sum(catalogue, 2);
    struct Enough {};
    for (const int calls : {0, 1, 1000, 3500}) {
        int left = calls;
        EXPECT_THROW(sum.sum(catalogue, 2, {0, catalogue.slab_count()}, nullptr,
                             [&] {
                                 if (left-- == 0) throw Enough();
                             }),
                     Enough);
        const Superposition again = sum.sum(catalogue, 2, {0, catalogue.slab_count()});
        EXPECT_EQ(again.density, whole.density);
        EXPECT_EQ(again.current, whole.current);
    }
}

INSTANTIATE_TEST_SUITE_P(Sums, SlabRanges,
                         testing::Values(Case{"direct", SumMethod::direct, 0.0}, Case{"fast", SumMethod::fast, 0.0},
                                         Case{"old_sources", SumMethod::direct, 3.0}),
                         [](const auto& each) { return each.param.name; });

}  // namespace
}  // namespace greenhalo::test
