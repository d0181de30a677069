#include "greenhalo/ensemble/realizer.h"

#include <gtest/gtest.h>

#include <cmath>

#include "support/models.h"

namespace greenhalo::test {
namespace {

Realizer make(double rate, double span, SumMethod method, const std::optional<ListedSources>& known = {}) {
    SourceLaw law;
    law.rate = rate;
    return Realizer(single_channel(4.0, 0.5, 0.01, {}), law, span, {}, known, 1, {method, 1e-8});
}

TEST(Realizer, FewSourcesAreOneSegment) {
    Realizer realizer = make(1e6 / 30.0, 5.0, SumMethod::fast);
    EXPECT_EQ(realizer.segment_count(), 1);
    const Realization whole = realizer(4), made = realizer.finish(4, {realizer.segment(4, 0)});
    EXPECT_EQ(whole.density, made.density);
    EXPECT_EQ(whole.current, made.current);
    EXPECT_EQ(whole.source_count, made.source_count);
    EXPECT_EQ(whole.dominant.distance, made.dominant.distance);
}

TEST(Realizer, SegmentsInAnyOrderMakeTheRealizationToTheBit) {
    constexpr double rate = 3.2e5, span = 65.0;  // 2.08e7 sources
    std::optional<ListedSources> known(std::in_place);
    known->sources = listed({{8.3, 0.1, 0.0, 0.02}});
    known->names = {"nearby"};
    for (const SumMethod method : {SumMethod::fast, SumMethod::direct}) {
        Realizer one = make(rate, span, method, known), other = make(rate, span, method, known);
        ASSERT_EQ(one.segment_count(), 2);
        const SegmentSum old = other.segment(9, 1), young = one.segment(9, 0);
        EXPECT_NEAR(static_cast<double>(young.source_count), 0.5 * rate * span, 0.003 * rate * span);
        const Realization made = other.finish(9, {young, old}), whole = one(9);
        EXPECT_EQ(whole.density, made.density);
        EXPECT_EQ(whole.current, made.current);
        EXPECT_EQ(whole.anisotropy, made.anisotropy);
        EXPECT_EQ(whole.source_count, made.source_count);
        EXPECT_NEAR(static_cast<double>(whole.source_count), rate * span, 6.0 * std::sqrt(rate * span));
    }
}

}  // namespace
}  // namespace greenhalo::test
