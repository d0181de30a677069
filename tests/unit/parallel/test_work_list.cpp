#include "greenhalo/parallel/work_list.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>

namespace greenhalo {
namespace {

using Pieces = std::vector<std::int64_t>;

TEST(WorkList, ATurnDealsOutTheFirstPieces) {
    const WorkList work({3, 5, 8, 9, 12, 20, 21});
    EXPECT_EQ(work.mine(2, 0, 3), (Pieces{3, 9}));
    EXPECT_EQ(work.mine(2, 1, 3), (Pieces{5, 12}));
    EXPECT_EQ(work.mine(2, 2, 3), (Pieces{8, 20}));
    EXPECT_EQ(work.mine(100, 2, 3), (Pieces{8, 20}));
    EXPECT_EQ(work.mine(std::size_t{1} << 62, 0, 7), Pieces{3});
}

TEST(WorkList, WhatWasNotFinishedComesAgainInOrder) {
    WorkList work({3, 5, 8, 9, 12, 20, 21});
    work.finish(1, 3, {8, 3});
    EXPECT_EQ(work.size(), 5);
    EXPECT_EQ(work.mine(10, 0, 1), (Pieces{5, 9, 12, 20, 21}));
    work.finish(10, 1, {});
    EXPECT_EQ(work.size(), 5);
}

TEST(WorkList, EveryPieceIsDoneOnceWhateverTheRanksDo) {
    std::mt19937 random(7);
    for (int trial = 0; trial < 200; ++trial) {
        Pieces all, seen;
        for (std::int64_t i = 0; i < 60; ++i) {
            if (random() % 3 != 0) all.push_back(i);
        }
        WorkList work(all);
        while (!work.empty()) {
            const int ranks = 1 + static_cast<int>(random() % 5);
            const std::size_t pieces = 1 + random() % 6;
            Pieces finished;
            for (int rank = 0; rank < ranks; ++rank) {
                Pieces mine = work.mine(pieces, rank, ranks);
                if (random() % 4 == 0 && !mine.empty()) mine.resize(random() % mine.size());
                finished.insert(finished.end(), mine.begin(), mine.end());
            }
            work.finish(pieces, ranks, finished);
            seen.insert(seen.end(), finished.begin(), finished.end());
        }
        std::sort(seen.begin(), seen.end());
        ASSERT_EQ(seen, all);
    }
}

}  // namespace
}  // namespace greenhalo
