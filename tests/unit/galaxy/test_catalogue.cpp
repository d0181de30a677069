#include "greenhalo/galaxy/catalogue.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <bit>
#include <set>

#include "greenhalo/galaxy/age_slabs.h"
#include "greenhalo/galaxy/frame.h"
#include "greenhalo/galaxy/random.h"
#include "support/bit_hash.h"
#include "support/instruction_sets.h"
#include "support/models.h"

namespace greenhalo::test {

namespace {

const SourceLaw paper_law;  // cylindrical, one explosion in 30 years, 100 pc

SourceBuffer draw(const Catalogue& catalogue, std::int64_t realization, std::int64_t slab, std::int64_t first,
                  std::int64_t count) {
    SourceBuffer buffer(static_cast<std::size_t>(count) + 8);
    catalogue.draw(realization, slab, first, count, buffer);
    return buffer;
}

/// The same bits, source by source.
void expect_identical(const SourceBuffer& a, const SourceBuffer& b, std::size_t offset_in_b = 0) {
    ASSERT_LE(offset_in_b + a.size, b.size);
    for (std::size_t i = 0; i < a.size; ++i) {
        const std::size_t j = offset_in_b + i;
        const auto same = [](double p, double q) {
            return std::bit_cast<std::uint64_t>(p) == std::bit_cast<std::uint64_t>(q);
        };
        ASSERT_TRUE(same(a.x[i], b.x[j]) && same(a.y[i], b.y[j]) && same(a.z[i], b.z[j]) &&
                    same(a.age[i], b.age[j]))
            << "source " << i;
    }
}

std::uint64_t hash_of(const SourceBuffer& buffer, std::uint64_t hash) {
    for (std::size_t i = 0; i < buffer.size; ++i) {
        for (const double number : {buffer.x[i], buffer.y[i], buffer.z[i], buffer.age[i]})
            hash = bit_hash(hash, number);
    }
    return hash;
}

TEST(Catalogue, IsDrawnInAnyPieces) {
    const Catalogue catalogue(paper_law, 80.0, 5);
    const SourceBuffer whole = draw(catalogue, 3, 4000, 0, 1000);
    SourceBuffer pieces(1008);
    std::int64_t first = 0;
    for (const std::int64_t count : {1, 7, 8, 9, 64, 3, 500, 408}) {
        catalogue.draw(3, 4000, first, count, pieces);
        first += count;
    }
    ASSERT_EQ(pieces.size, 1000u);
    expect_identical(pieces, whole);
    expect_identical(draw(catalogue, 3, 4000, 613, 21), whole, 613);
}

TEST(Catalogue, LongerSpanContainsTheShorter) {
    const Catalogue shorter(paper_law, 2.5, 7), longer(paper_law, 80.0, 7);
    ASSERT_EQ(shorter.slab_count(), slabs_covering(2.5));
    ASSERT_EQ(longer.slab_count(), slabs_covering(80.0));
    std::int64_t sources = 0;
    for (std::int64_t slab = 0; slab < shorter.slab_count(); ++slab) {
        const std::int64_t count = shorter.source_count(11, slab);
        ASSERT_EQ(longer.source_count(11, slab), count);
        expect_identical(draw(shorter, 11, slab, 0, count), draw(longer, 11, slab, 0, count));
        sources += count;
    }
    EXPECT_NEAR(static_cast<double>(sources), 2.5e6 / 30.0, 1500.0);
}

TEST(Catalogue, RealizationsSlabsAndSeedsAreDifferent) {
    const Catalogue one(paper_law, 80.0, 1), two(paper_law, 80.0, 2);
    std::set<std::uint64_t> places;
    std::set<std::vector<std::int64_t>> counts;
    for (const Catalogue* catalogue : {&one, &two}) {
        for (const std::int64_t realization : {0, 1, 2, 1000000007}) {
            for (const std::int64_t slab : {0, 1, 2, 5000}) {
                const SourceBuffer b = draw(*catalogue, realization, slab, 0, 8);
                for (std::size_t i = 0; i < 8; ++i) places.insert(std::bit_cast<std::uint64_t>(b.x[i]));
            }
            std::vector<std::int64_t> of_slabs;
            for (std::int64_t slab = 5000; slab < 5020; ++slab)
                of_slabs.push_back(catalogue->source_count(realization, slab));
            counts.insert(of_slabs);
        }
    }
    EXPECT_EQ(places.size(), 2u * 4u * 4u * 8u);
    EXPECT_EQ(counts.size(), 8u);
}

TEST(Catalogue, AgesLieInTheirSlabAndAreNeverZero) {
    const Catalogue catalogue(paper_law, 80.0, 1);
    for (const std::int64_t slab : {0, 1, 336, 5479}) {
        SourceBuffer b = draw(catalogue, 0, slab, 0, 1000000);
        for (std::size_t i = 0; i < b.size; ++i) {
            ASSERT_GT(b.age[i], slab_edge(slab));
            ASSERT_LE(b.age[i], slab_edge(slab + 1));
        }
        if (slab != 0) continue;
        // 52 bits: among a million ages of 32 bits a hundred would fall together
        const auto end = b.age.begin() + static_cast<std::ptrdiff_t>(b.size);
        std::sort(b.age.begin(), end);
        EXPECT_EQ(std::adjacent_find(b.age.begin(), end), end);
    }
}

TEST(Catalogue, SourcesAreTheTransformedWordsOfTheirStream) {
    constexpr std::int64_t slab = 3000, count = 20000;
    const double low = slab_edge(slab), width = slab_edge(slab + 1) - low;
    const SourceLaw disc{SourceModel::uniform_disc, 1e6 / 30.0, 0.1, 15.0};
    const auto key = stream_key(1, 6, slab, Stream::sources);
    const auto half = [](std::uint64_t word, int upper) {
        return static_cast<long double>(upper ? word >> 32 : word & 0xffffffffu);
    };
    const auto within = [](std::uint64_t word) {
        return (static_cast<long double>(word >> 12) + 0.5L) * 0x1p-52L;
    };
    on_every_isa([&](Isa) {
        const SourceBuffer gamma = draw(Catalogue(paper_law, 80.0, 1), 6, slab, 0, count);
        const SourceBuffer flat = draw(Catalogue(disc, 80.0, 1), 6, slab, 0, count);
        for (std::size_t i = 0; i < count; ++i) {
            const auto w = random_words(key, {i, 0, 0, 0});
            long double logarithm = 0.0L;
            for (const int word : {0, 1}) {
                for (const int upper : {0, 1})
                    logarithm += std::log((half(w[word], upper) + 0.5L) * 0x1p-32L);
            }
            const long double radius = -sun_radius / static_cast<long double>(radial_slope) * logarithm;
            // thirty bits within a quadrant that is centred on its axis, two for the quadrant
            const auto bits = static_cast<std::uint32_t>(w[2]);
            const long double turn = (static_cast<long double>(bits & 0x3fffffffu) + 0.5L) * 0x1p-30L - 0.5L;
            const long double azimuth = std::acos(0.0L) * (turn + (bits >> 30));
            const long double u = (half(w[2] & 0x7fffffffffffffffu, 1) + 0.5L) * 0x1p-31L;
            const long double height = (w[2] >> 63 ? -0.1L : 0.1L) * std::log(u);
            const long double disc_radius = 15.0L * std::sqrt(within(w[0]));
            // the logarithm of the product is taken from a number up to 2^128: a few roundings of 89 go with
            // it
            ASSERT_NEAR(gamma.x[i], static_cast<double>(radius * std::cos(azimuth)), 5e-14);
            ASSERT_NEAR(gamma.y[i], static_cast<double>(radius * std::sin(azimuth)), 5e-14);
            ASSERT_NEAR(gamma.z[i], static_cast<double>(height), 1e-15);
            ASSERT_NEAR(gamma.age[i], static_cast<double>(low + width * within(w[3])), 1e-15);
            ASSERT_NEAR(flat.x[i], static_cast<double>(disc_radius * std::cos(azimuth)), 1e-14);
            ASSERT_NEAR(flat.y[i], static_cast<double>(disc_radius * std::sin(azimuth)), 1e-14);
        }
    });
}

TEST(Catalogue, DoesNotDependOnRateOrScaleHeightMoreThanItMust) {
    // the same stream under other parameters: other counts and heights, but the same places in the plane
    SourceLaw rare = paper_law;
    rare.rate = 1.0;
    rare.scale_height = 0.3;
    const SourceBuffer a = draw(Catalogue(paper_law, 80.0, 1), 0, 100, 0, 64),
                       b = draw(Catalogue(rare, 80.0, 1), 0, 100, 0, 64);
    for (std::size_t i = 0; i < 64; ++i) {
        EXPECT_EQ(a.x[i], b.x[i]);
        EXPECT_EQ(a.y[i], b.y[i]);
        EXPECT_EQ(a.age[i], b.age[i]);
        EXPECT_NEAR(b.z[i] / a.z[i], 3.0, 1e-14);
    }
}

TEST(Catalogue, ModelWithoutRandomSourcesIsEmpty) {
    SourceLaw none = paper_law;
    none.model = SourceModel::none;
    EXPECT_EQ(Catalogue(none, 80.0, 1).slab_count(), 0);
}

TEST(Catalogue, HasTheSameBitsOnEveryInstructionSet) {
    std::set<std::uint64_t> hashes;
    on_every_isa([&](Isa) {
        std::uint64_t hash = bit_hash_start;
        for (const SourceModel model : {SourceModel::cylindrical, SourceModel::uniform_disc}) {
            for (const double scale_height : {0.1, 0.0}) {
                const Catalogue catalogue({model, 1e6 / 30.0, scale_height, 12.0}, 80.0, 99);
                for (const std::int64_t slab : {0, 1, 3000, 5479}) {
                    hash = hash_of(draw(catalogue, 4, slab, 0, 100000), hash);
                }
            }
        }
        hashes.insert(hash);
    });
    EXPECT_EQ(hashes.size(), 1u);
}

TEST(Catalogue, IsAnchoredForEver) {
    // A change here changes every published realization: seed 1, realization 0 of the paper's law.
    const Catalogue catalogue(paper_law, 80.0, 1);
    EXPECT_EQ(catalogue.slab_count(), 5486);
    EXPECT_EQ(catalogue.source_count(0, 0), 35);
    EXPECT_EQ(catalogue.source_count(0, 5000), 2068);
    std::uint64_t counts = bit_hash_start;
    std::int64_t total = 0;
    for (std::int64_t slab = 0; slab < catalogue.slab_count(); ++slab) {
        total += catalogue.source_count(0, slab);
        counts = bit_hash(counts, static_cast<std::uint64_t>(catalogue.source_count(0, slab)));
    }
    EXPECT_EQ(total, 2673794);
    EXPECT_EQ(counts, 14352619343435667367u);
    const SourceBuffer b = draw(catalogue, 0, 0, 0, 24);
    EXPECT_EQ(b.x[0], -0x1.e55def7a723a1p+2);
    EXPECT_EQ(b.y[0], -0x1.08ddd5b0958c3p+2);
    EXPECT_EQ(b.z[0], 0x1.dbf7844174084p-4);
    EXPECT_EQ(b.age[0], 0x1.5f37e420b4c75p-11);
    EXPECT_EQ(hash_of(b, bit_hash_start), 17047195081373875695u);
    const SourceLaw disc{SourceModel::uniform_disc, 1e6 / 30.0, 0.1, 15.0};
    EXPECT_EQ(hash_of(draw(Catalogue(disc, 80.0, 1), 0, 5000, 0, 1000), bit_hash_start),
              13991152907930939116u);
}

}  // namespace

}  // namespace greenhalo::test
