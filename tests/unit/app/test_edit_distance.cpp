#include "app/edit_distance.h"

#include <gtest/gtest.h>

namespace greenhalo {
namespace {

TEST(EditDistance, CountsLettersTwice) {
    EXPECT_EQ(edit_distance("run", "run"), 0u);
    EXPECT_EQ(edit_distance("run", "Run"), 1u);
    EXPECT_EQ(edit_distance("run", "ruin"), one_letter);
    EXPECT_EQ(edit_distance("validate", "valdate"), one_letter);
    EXPECT_EQ(edit_distance("", "run"), 3 * one_letter);
    EXPECT_EQ(edit_distance("merge", "info"), 5 * one_letter);
}

TEST(EditDistance, CountsNeighboursThatChangedPlacesOnce) {
    EXPECT_EQ(edit_distance("rnu", "run"), one_letter);
    EXPECT_EQ(edit_distance("vaildate", "validate"), one_letter);
    EXPECT_EQ(edit_distance("nru", "run"), 2 * one_letter);
}

}  // namespace
}  // namespace greenhalo
