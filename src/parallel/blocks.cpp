#include "greenhalo/parallel/blocks.h"

#include <algorithm>

namespace greenhalo {

std::vector<Round> deal(std::int64_t work, std::int64_t block, int rank, int ranks) {
    std::vector<Round> rounds;
    const std::int64_t stride = block * ranks;
    for (std::int64_t start = 0; start < work; start += stride) {
        Round round;
        const std::int64_t first = start + block * rank;
        for (std::int64_t i = first; i < std::min(first + block, work); ++i) round.mine.push_back(i);
        rounds.push_back(std::move(round));
    }
    return rounds;
}

}  // namespace greenhalo
