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
    EXPECT_EQ(partition(cube(32), 1).levels, 4);   // 32, 16, 8, 4
    EXPECT_EQ(partition(cube(128), 1).levels, 6);
    EXPECT_EQ(partition(cube(24), 1).levels, 3);   // 24, 12, 6
    EXPECT_EQ(partition(cube(25), 1).levels, 1);
}

TEST(Partition, CutsWhereTheBorderIsSmall) {
    Domain flat = cube(32);
    flat.axes[2] = Axis::uniform(-1.0, 1.0, 8, End::absorbing, End::absorbing);
    const Partition p = partition(flat, 4);
    EXPECT_EQ(p.ranks[0] * p.ranks[1] * p.ranks[2], 4);
    EXPECT_EQ(p.ranks[2], 1);
    EXPECT_EQ(partition(cube(32), 7).ranks[0] * partition(cube(32), 7).ranks[1] * partition(cube(32), 7).ranks[2], 7);
}

TEST(Partition, EveryRankHasNodesOnEveryGrid) {
    const Partition p = partition(cube(32), 64);
    for (const int ranks : p.ranks) EXPECT_GE((32 >> (p.levels - 1)) + 1, 2 * ranks);
}

TEST(Partition, RefusesMoreRanksThanTheGridCanHold) {
    EXPECT_NO_THROW(partition(cube(8), 64));
    for (const int ranks : {65, 128, 11}) {  // 11 does not fit along any axis
        try {
            (void)partition(cube(8), ranks);
            FAIL() << ranks;
        } catch (const InputError& error) {
            EXPECT_NE(std::string(error.what()).find("64 at most"), std::string::npos) << error.what();
            EXPECT_NE(std::string(error.what()).find("9 x 9 x 9"), std::string::npos) << error.what();
        }
    }
}

}  // namespace
}  // namespace greenhalo
