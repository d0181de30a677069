#include <gtest/gtest.h>

#include "greenhalo/galaxy/age_slabs.h"

namespace greenhalo {
namespace {

double expected_sources(const SlabRange& s, double rate, double span) {
    return rate * (std::min(slab_edge(s.end), span) - slab_edge(s.first));
}

TEST(AgeSegments, FewSourcesAreOneSegment) {
    for (const double span : {1e-4, 80.0, 600.0}) {
        const auto segments = age_segments(1e6 / 30.0, span);
        ASSERT_EQ(segments.size(), 1U);
        EXPECT_EQ(segments[0].first, 0);
        EXPECT_EQ(segments[0].end, slabs_covering(span));
    }
    EXPECT_EQ(age_segments(2e7, 1.0).size(), 1U);
}

TEST(AgeSegments, ManySourcesAreSegmentsOfAboutEquallyManyWithoutGaps) {
    for (const double rate : {1e6 / 30.0, 1e6, 1e9}) {
        for (const double sources : {2.1e7, 1e8, 6e8, 4e9}) {
            const double span = sources / rate;
            const auto segments = age_segments(rate, span);
            const double most = sources * 1.001 / static_cast<double>(segments.size());
            EXPECT_GE(segments.size(), 2U);
            // nothing is narrower than a slab: a five-hundredth of its age
            const double slack = 0.0021 * sources;
            std::int64_t next = 0;
            for (const SlabRange& s : segments) {
                EXPECT_EQ(s.first, next);
                EXPECT_LT(s.first, s.end);
                next = s.end;
                EXPECT_LT(expected_sources(s, rate, span), most + slack);
                EXPECT_LT(expected_sources(s, rate, span), most_sources_per_segment + slack);
            }
            EXPECT_EQ(next, slabs_covering(span));
        }
    }
}

}  // namespace
}  // namespace greenhalo
