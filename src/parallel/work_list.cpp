#include "greenhalo/parallel/work_list.h"

#include <algorithm>

namespace greenhalo {

std::size_t WorkList::turn_end(std::size_t pieces, int ranks) const {
    const std::size_t left = remaining_.size() - next_, all = static_cast<std::size_t>(ranks);
    return next_ + (pieces < left / all + 1 ? pieces * all : left);
}

std::vector<std::int64_t> WorkList::mine(std::size_t pieces, int rank, int ranks) const {
    const std::size_t end = std::min(turn_end(pieces, ranks), remaining_.size());
    std::vector<std::int64_t> mine;
    for (std::size_t i = next_ + static_cast<std::size_t>(rank); i < end; i += static_cast<std::size_t>(ranks))
        mine.push_back(remaining_[i]);
    return mine;
}

void WorkList::finish(std::size_t pieces, int ranks, const std::vector<std::int64_t>& finished) {
    const std::size_t end = std::min(turn_end(pieces, ranks), remaining_.size());
    if (finished.size() == end - next_) {
        next_ = end;
        return;
    }
    std::vector<std::int64_t> sorted = finished;
    std::sort(sorted.begin(), sorted.end());
    std::vector<std::int64_t> left;
    for (std::size_t i = next_; i < remaining_.size(); ++i) {
        if (!std::binary_search(sorted.begin(), sorted.end(), remaining_[i])) left.push_back(remaining_[i]);
    }
    remaining_ = std::move(left);
    next_ = 0;
}

}  // namespace greenhalo
