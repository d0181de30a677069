#include "greenhalo/parallel/blocks.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <numeric>

namespace greenhalo {
namespace {

using Work = std::vector<std::int64_t>;

TEST(Blocks, every_piece_is_dealt_once_and_no_rank_waits_for_another_round) {
    for (const std::int64_t work : {0, 1, 5, 7, 64, 100}) {
        for (const std::int64_t block : {1, 3, 8}) {
            for (const int ranks : {1, 2, 3, 5, 9}) {
                SCOPED_TRACE(testing::Message()
                             << work << " pieces, blocks of " << block << ", " << ranks << " ranks");
                Work all;
                const std::size_t rounds = deal(work, block, 0, ranks).size();
                EXPECT_EQ(rounds, static_cast<std::size_t>((work + block * ranks - 1) / (block * ranks)));
                for (int rank = 0; rank < ranks; ++rank) {
                    const auto mine = deal(work, block, rank, ranks);
                    EXPECT_EQ(mine.size(), rounds) << "rank " << rank;
                    for (const Round& round : mine) {
                        EXPECT_LE(round.mine.size(), static_cast<std::size_t>(block));
                        EXPECT_TRUE(std::is_sorted(round.mine.begin(), round.mine.end()));
                        all.insert(all.end(), round.mine.begin(), round.mine.end());
                    }
                }
                std::sort(all.begin(), all.end());
                Work expected(static_cast<std::size_t>(work));
                std::iota(expected.begin(), expected.end(), std::int64_t{0});
                EXPECT_EQ(all, expected);
            }
        }
    }
}

TEST(Blocks, are_dealt_round_by_round) {
    const auto second_of_two = deal(7, 2, 1, 2);
    ASSERT_EQ(second_of_two.size(), 2U);
    EXPECT_EQ(second_of_two[0].mine, (Work{2, 3}));
    EXPECT_EQ(second_of_two[1].mine, (Work{6}));
}

TEST(Blocks, more_ranks_than_work_leave_some_with_nothing) {
    for (int rank = 0; rank < 5; ++rank) {
        const auto mine = deal(3, 1, rank, 5);
        ASSERT_EQ(mine.size(), 1U);
        EXPECT_EQ(mine[0].mine, rank < 3 ? Work{rank} : Work{});
    }
}

}  // namespace
}  // namespace greenhalo
