#include <fmt/format.h>
#include <gtest/gtest.h>

#include "greenhalo/base/error.h"
#include "greenhalo/grid/diffusion_grid.h"

namespace greenhalo {
namespace {

Domain cube(int cells) {
    const Axis axis = Axis::uniform(-1.0, 1.0, cells, End::absorbing, End::absorbing);
    return {{axis, axis, axis}};
}

TEST(Partition, HalvesAsOftenAsCellsAllow) {
    EXPECT_EQ(partition(cube(32), 1).levels(), 4);   // 32, 16, 8, 4
    EXPECT_EQ(partition(cube(128), 1).levels(), 6);
    EXPECT_EQ(partition(cube(24), 1).levels(), 3);   // 24, 12, 6
    EXPECT_EQ(partition(cube(25), 1).levels(), 1);
    Domain flat = cube(32);
    flat.axes[2] = Axis::uniform(-1.0, 1.0, 8, End::absorbing, End::absorbing);
    const Partition p = partition(flat, 1);  // the short axis waits for the others
    ASSERT_EQ(p.levels(), 4);
    EXPECT_EQ(p.coarsening[0], (std::array<int, 3>{2, 2, 2}));
    EXPECT_EQ(p.coarsening[1], (std::array<int, 3>{2, 2, 1}));
}

TEST(Partition, CutsWhereTheBorderIsSmall) {
    Domain flat = cube(32);
    flat.axes[2] = Axis::uniform(-1.0, 1.0, 8, End::absorbing, End::absorbing);
    const Partition p = partition(flat, 4);
    EXPECT_EQ(p.ranks[0] * p.ranks[1] * p.ranks[2], 4);
    EXPECT_EQ(p.ranks[2], 1);
    EXPECT_EQ(partition(cube(32), 7).ranks[0] * partition(cube(32), 7).ranks[1], 7);
}

TEST(Partition, LeavesLinesAlongZWhole) {
    Domain tall = cube(8);
    tall.axes[2] = Axis::uniform(-1.0, 1.0, 256, End::absorbing, End::absorbing);
    EXPECT_EQ(partition(tall, 4).ranks, (std::array<int, 3>{2, 2, 1}));
    Domain rings = cube(8);
    rings.axes.pop_back();
    rings.axes[1] = Axis::uniform(0.0, 1.0, 256, End::reflecting, End::absorbing);
    EXPECT_EQ(partition(rings, 4).ranks, (std::array<int, 3>{4, 1, 1}));
}

TEST(Partition, EveryRankHasNodesOnEveryGrid) {
    const Partition p = partition(cube(32), 64);
    std::array<int, 3> cells{32, 32, 32};
    for (const auto& factor : p.coarsening) {
        for (std::size_t a = 0; a < 3; ++a) cells[a] /= factor[a];
    }
    for (std::size_t a = 0; a < 3; ++a) EXPECT_GE(cells[a] + 1, 2 * p.ranks[a]);
}

TEST(Partition, NamesRanksThatFit) {
    EXPECT_NO_THROW(partition(cube(8), 16));
    // 9 nodes along x and y: 4 parts of two nodes at most along each
    for (const auto& [ranks, fewer] : {std::pair(17, 16), std::pair(64, 16), std::pair(11, 9), std::pair(7, 6), std::pair(5, 4)}) {
        try {
            (void)partition(cube(8), ranks);
            FAIL() << ranks;
        } catch (const InputError& error) {
            const std::string message = error.what();
            EXPECT_NE(message.find(fmt::format("start {} ranks", fewer)), std::string::npos) << message;
            EXPECT_NE(message.find("9 x 9 x 9"), std::string::npos) << message;
        }
        EXPECT_NO_THROW(partition(cube(8), fewer));
    }
}

}  // namespace
}  // namespace greenhalo
