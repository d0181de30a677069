#include "greenhalo/galaxy/age_slabs.h"

#include <gtest/gtest.h>

#include <cmath>

#include "support/bit_hash.h"

namespace greenhalo::test {

namespace {

TEST(AgeSlabs, StartAtZeroAndTheFirstEdge) {
    EXPECT_EQ(slab_edge(0), 0.0);
    EXPECT_EQ(slab_edge(1), 1.0 / 1024.0);
}

TEST(AgeSlabs, OctavesAreExactPowersOfTwo) {
    for (int octave = 0; octave < 25; ++octave) {
        EXPECT_EQ(slab_edge(1 + octave * slabs_per_octave), std::ldexp(1.0, octave - 10));
    }
}

TEST(AgeSlabs, EdgesGrowByOneRatio) {
    const long double ratio = std::exp2(1.0L / 336.0L);
    EXPECT_NEAR(static_cast<double>(ratio - 1), 0.002065, 5e-7);
    for (std::int64_t j = 1; j < 8000; ++j) {
        ASSERT_LT(slab_edge(j), slab_edge(j + 1));
        ASSERT_NEAR(slab_edge(j + 1) / slab_edge(j), static_cast<double>(ratio), 3e-16) << j;
    }
}

TEST(AgeSlabs, EdgesAreTheRoundedPowers) {
    // to half a unit in the last place, plus the error of the extended function
    for (std::int64_t j = 1; j < 8000; ++j) {
        const long double exact = std::exp2(static_cast<long double>(j - 1) / 336.0L - 10.0L);
        ASSERT_LE(std::abs(slab_edge(j) - exact), 0.501L * 0x1p-52L * exact) << j;
    }
}

TEST(AgeSlabs, CoverASpanAndNotMore) {
    EXPECT_EQ(slabs_covering(0.0), 0);
    EXPECT_EQ(slabs_covering(-1.0), 0);
    EXPECT_EQ(slabs_covering(1e-9), 1);
    EXPECT_EQ(slabs_covering(first_slab_edge), 1);
    EXPECT_EQ(slabs_covering(std::nextafter(first_slab_edge, 1.0)), 2);
    EXPECT_EQ(slabs_covering(1.0), 1 + 10 * slabs_per_octave);
    EXPECT_EQ(slabs_covering(2.0), 1 + 11 * slabs_per_octave);
    for (std::int64_t j = 1; j < 8000; j += 7) {
        ASSERT_EQ(slabs_covering(slab_edge(j)), j);
        ASSERT_EQ(slabs_covering(std::nextafter(slab_edge(j), 1e9)), j + 1);
        ASSERT_EQ(slabs_covering(std::nextafter(slab_edge(j), 0.0)), j);
    }
    for (const double span : {1e-3, 0.0123, 5.0, 80.0, 1000.0}) {
        const std::int64_t count = slabs_covering(span);
        EXPECT_GE(slab_edge(count), span);
        EXPECT_LT(slab_edge(count - 1), span);
    }
}

TEST(AgeSlabs, AreAnchoredForEver) {
    // every catalogue ever drawn hangs on these bits
    std::uint64_t hash = bit_hash_start;
    for (std::int64_t j = 0; j <= 8000; ++j) hash = bit_hash(hash, slab_edge(j));
    EXPECT_EQ(hash, 14042945504268075518u);
    EXPECT_EQ(slab_edge(2), 0x1.00875614c448ep-10);
    EXPECT_EQ(slab_edge(1000), 0x1.f694e9447ddd3p-8);
    EXPECT_EQ(slab_edge(5480), 0x1.3c9b4b8fa5709p+6);
}

}  // namespace

}  // namespace greenhalo::test
