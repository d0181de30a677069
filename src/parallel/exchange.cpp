#include "greenhalo/parallel/exchange.h"

#include <numeric>

namespace greenhalo {

std::vector<std::string> gather_texts(const Ranks& ranks, const std::string& text) {
    const auto sizes = ranks.gather_everywhere({static_cast<std::int64_t>(text.size())});
    const std::vector<int> counts(sizes.begin(), sizes.end());
    std::vector<int> offsets(counts.size(), 0);
    std::partial_sum(counts.begin(), counts.end() - 1, offsets.begin() + 1);
    std::string all(static_cast<std::size_t>(offsets.back() + counts.back()), '\0');
    MPI_Allgatherv(text.data(), counts[static_cast<std::size_t>(ranks.rank())], MPI_CHAR, all.data(), counts.data(),
                   offsets.data(), MPI_CHAR, ranks.communicator());
    std::vector<std::string> texts;
    for (std::size_t i = 0; i < counts.size(); ++i) {
        texts.push_back(all.substr(static_cast<std::size_t>(offsets[i]), static_cast<std::size_t>(counts[i])));
    }
    return texts;
}

}  // namespace greenhalo
