#include "greenhalo/galaxy/random.h"

#include <gtest/gtest.h>

#include <set>
#include <vector>

#include "base/isa_dispatch.h"
#include "galaxy/draw_kernels.h"
#include "support/instruction_sets.h"

namespace greenhalo {

GREENHALO_DECLARE_KERNELS(DrawKernels, draw_kernels)

namespace test {

namespace {

using Four = std::array<std::uint64_t, 4>;

TEST(Random, GivesThePublishedAnswersOfThreefry) {
    // Salmon et al. 2011, known answers of threefry4x64 with 13 rounds: all zeros, all ones, digits of pi
    const std::uint64_t ones = ~std::uint64_t{0};
    EXPECT_EQ(random_words({0, 0, 0, 0}, {0, 0, 0, 0}),
              (Four{0x4071fabee1dc8e05, 0x02ed3113695c9c62, 0x397311b5b89f9d49, 0xe21292c3258024bc}));
    EXPECT_EQ(random_words({ones, ones, ones, ones}, {ones, ones, ones, ones}),
              (Four{0x7eaed935479722b5, 0x90994358c429f31c, 0x496381083e07a75b, 0x627ed0d746821121}));
    EXPECT_EQ(random_words({0x452821e638d01377, 0xbe5466cf34e90c6c, 0xc0ac29b7c97c50dd, 0x3f84d5b5b5470917},
                           {0x243f6a8885a308d3, 0x13198a2e03707344, 0xa4093822299f31d0, 0x082efa98ec4e6c89}),
              (Four{0x4361288ef9c1900c, 0x8717291521782833, 0x0d19db18c20cf47e, 0xa0b41d63ac8581e5}));
}

TEST(Random, VectorKernelGivesTheSameWords) {
    const std::uint64_t ones = ~std::uint64_t{0};
    const std::vector<Four> keys = {
        {0, 0, 0, 0},
        {ones, ones, ones, ones},
        {0x452821e638d01377, 0xbe5466cf34e90c6c, 0xc0ac29b7c97c50dd, 0x3f84d5b5b5470917},
        stream_key(1, 2, 3, Stream::source_counts)};
    on_every_isa([&](Isa) {
        for (const Four& key : keys) {
            for (const std::uint64_t first :
                 {std::uint64_t{0}, std::uint64_t{13}, std::uint64_t{0xfffffffc}, ones - 3}) {
                constexpr std::int64_t count = 64;
                const SourceLaw law;
                const DrawRequest request{{key[0], key[1], key[2], key[3]}, first, count, 0.0, 1.0, law};
                for (const std::uint64_t block : {std::uint64_t{0}, std::uint64_t{1}, ones}) {
                    std::vector<std::uint64_t> words(4 * count);
                    active_draw_kernels().words(request, block, words.data());
                    for (std::uint64_t i = 0; i < count; ++i) {
                        const Four kernel = {words[i], words[count + i], words[2 * count + i],
                                             words[3 * count + i]};
                        ASSERT_EQ(kernel, random_words(key, {first + i, block, 0, 0}))
                            << "counter " << first + i << ", block " << block;
                    }
                }
            }
        }
    });
}

TEST(Random, KeysOfDifferentStreamsDiffer) {
    std::set<Four> keys;
    for (std::uint64_t seed : {0, 1, 2}) {
        for (std::uint64_t realization : {0, 1, 2}) {
            for (std::uint64_t slab : {0, 1, 2}) {
                for (const Stream stream : {Stream::sources, Stream::source_counts, Stream::bootstrap}) {
                    keys.insert(stream_key(seed, realization, slab, stream));
                }
            }
        }
    }
    EXPECT_EQ(keys.size(), 81u);
    EXPECT_EQ(stream_key(4, 5, 6, Stream::bootstrap), (Four{4, 5, 6, 2}));
}

TEST(Random, EngineReadsTheStreamWordByWord) {
    const Four key = stream_key(7, 8, 9, Stream::bootstrap);
    StreamEngine engine(key);
    for (std::uint64_t block = 0; block < 5; ++block) {
        for (const std::uint64_t word : random_words(key, {block, 0, 0, 0})) EXPECT_EQ(engine(), word);
    }
}

}  // namespace

}  // namespace test

}  // namespace greenhalo
