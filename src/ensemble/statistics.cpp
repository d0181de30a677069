#include "greenhalo/ensemble/statistics.h"

#include <algorithm>
#include <numeric>

#include "greenhalo/ensemble/tails.h"

namespace greenhalo {

Statistics join_energies(const std::vector<Statistics>& by_energy, std::size_t species) {
    const std::map<std::string, std::size_t> outer_dimension = {
        {"amplitude_quantile", quantile_count},
        {"amplitude_quantile_low", quantile_count},
        {"amplitude_quantile_high", quantile_count},
        {"amplitude_projected_quantile", quantile_count},
        {"amplitude_projected_quantile_low", quantile_count},
        {"amplitude_projected_quantile_high", quantile_count},
        {"density_mean", species},
        {"density_quantile", quantile_count * species},
        {"density_quantile_low", quantile_count * species},
        {"density_quantile_high", quantile_count * species},
        {"current_mean", species},
        {"current_median", species},
        {"current_median_low", species},
        {"current_median_high", species},
        {"current_covariance", species},
        {"phase_histogram", phase_bins},
        {"tail_index_density", tail_count},
        {"tail_index_current", tail_count},
    };
    Statistics joined;
    const std::size_t energies = by_energy.size();
    for (std::size_t e = 0; e < energies; ++e) {
        for (const auto& [name, values] : by_energy[e]) {
            const auto found = outer_dimension.find(name);
            const std::size_t outer = found == outer_dimension.end() ? 1 : found->second;
            const std::size_t inner = values.size() / outer;
            auto& target = joined[name];
            target.resize(values.size() * energies);
            for (std::size_t o = 0; o < outer; ++o) {
                std::copy_n(values.begin() + static_cast<std::ptrdiff_t>(o * inner), inner,
                            target.begin() + static_cast<std::ptrdiff_t>((o * energies + e) * inner));
            }
        }
    }
    joined["quantile_levels"].assign(std::begin(quantile_levels), std::end(quantile_levels));
    joined["tail_fractions"].assign(std::begin(tail_fractions), std::end(tail_fractions));
    return joined;
}

namespace {

/// Moves the values at some energies, one energy per rank, to the rank that owns each.
class ColumnExchange {
  public:
    ColumnExchange(const Ranks& ranks, const std::vector<std::int64_t>& index, std::size_t species)
        : ranks_(ranks), species_(species), mine_(index.size()), width_(4 * species + 3) {
        const auto all = ranks.gather_everywhere(index);
        const auto counts = ranks.gather_everywhere({static_cast<std::int64_t>(index.size())});
        counts_.assign(counts.begin(), counts.end());
        order_.resize(all.size());
        std::iota(order_.begin(), order_.end(), std::size_t{0});
        std::sort(order_.begin(), order_.end(),
                  [&](std::size_t a, std::size_t b) { return all[a] < all[b]; });
    }

    /// Of all ranks together.
    std::size_t realizations() const { return order_.size(); }

    /// Collective. The column of energy first + rank for ranks below `count`; an empty column elsewhere.
    EnergyColumn exchange(const std::vector<Realization>& realizations, std::size_t first, std::size_t count,
                          std::size_t energies) const {
        const auto size = static_cast<std::size_t>(ranks_.count());
        const auto rank = static_cast<std::size_t>(ranks_.rank());
        const bool owner = rank < count;
        std::vector<double> send, receive(owner ? order_.size() * width_ : 0);
        send.reserve(count * mine_ * width_);
        std::vector<int> send_counts(size, 0), send_offsets(size, 0), counts(size, 0), offsets(size, 0);
        for (std::size_t to = 0; to < count; ++to) {
            send_offsets[to] = static_cast<int>(send.size());
            send_counts[to] = static_cast<int>(mine_ * width_);
            for (const Realization& r : realizations) pack(r, first + to, energies, send);
        }
        int offset = 0;
        for (std::size_t from = 0; from < size && owner; ++from) {
            counts[from] = counts_[from] * static_cast<int>(width_);
            offsets[from] = offset;
            offset += counts[from];
        }
        MPI_Alltoallv(send.data(), send_counts.data(), send_offsets.data(), MPI_DOUBLE, receive.data(),
                      counts.data(), offsets.data(), MPI_DOUBLE, ranks_.communicator());

        EnergyColumn column;
        column.species = species_;
        if (!owner) return column;
        for (const std::size_t from : order_) {
            const auto row = receive.begin() + static_cast<std::ptrdiff_t>(from * width_);
            const auto n = static_cast<std::ptrdiff_t>(species_);
            column.density.insert(column.density.end(), row, row + n);
            column.current.insert(column.current.end(), row + n, row + 4 * n);
            column.anisotropy.insert(column.anisotropy.end(), row + 4 * n, row + 4 * n + 3);
        }
        return column;
    }

  private:
    void pack(const Realization& r, std::size_t energy, std::size_t energies,
              std::vector<double>& out) const {
        for (std::size_t s = 0; s < species_; ++s) out.push_back(r.density[s * energies + energy]);
        for (std::size_t s = 0; s < species_; ++s) {
            for (std::size_t i = 0; i < 3; ++i) out.push_back(r.current[3 * (s * energies + energy) + i]);
        }
        for (std::size_t i = 0; i < 3; ++i) out.push_back(r.anisotropy[3 * energy + i]);
    }

    const Ranks& ranks_;
    std::size_t species_, mine_, width_;
    std::vector<int> counts_;
    std::vector<std::size_t> order_;
};

/// Collective. The statistics of each rank's column, one after the other on rank 0.
std::vector<Statistics> gather_statistics(const Ranks& ranks, const Statistics& mine, std::size_t count,
                                          const Statistics& pattern) {
    std::vector<Statistics> all;
    std::vector<double> flat;
    for (const auto& [name, values] : pattern) {
        const auto found = mine.find(name);
        const auto& source = found == mine.end() ? values : found->second;
        flat.insert(flat.end(), source.begin(), source.end());
    }
    std::vector<double> gathered(ranks.is_root() ? flat.size() * static_cast<std::size_t>(ranks.count()) : 0);
    MPI_Gather(flat.data(), static_cast<int>(flat.size()), MPI_DOUBLE, gathered.data(),
               static_cast<int>(flat.size()), MPI_DOUBLE, 0, ranks.communicator());
    if (!ranks.is_root()) return all;
    std::size_t at = 0;
    for (std::size_t rank = 0; rank < count; ++rank) {
        at = rank * flat.size();
        Statistics statistics;
        for (const auto& [name, values] : pattern) {
            const auto begin = gathered.begin() + static_cast<std::ptrdiff_t>(at);
            statistics[name].assign(begin, begin + static_cast<std::ptrdiff_t>(values.size()));
            at += values.size();
        }
        all.push_back(std::move(statistics));
    }
    return all;
}

/// Collective. Appends the amplitudes of the columns of the first `count` ranks on rank 0, in the order of
/// the indices.
void gather_amplitudes(const Ranks& ranks, const EnergyColumn& column, std::size_t realizations,
                       std::size_t count, std::vector<std::vector<double>>& amplitude) {
    std::vector<double> mine = amplitudes(column);
    mine.resize(realizations);
    std::vector<double> all(ranks.is_root() ? realizations * static_cast<std::size_t>(ranks.count()) : 0);
    MPI_Gather(mine.data(), static_cast<int>(realizations), MPI_DOUBLE, all.data(),
               static_cast<int>(realizations), MPI_DOUBLE, 0, ranks.communicator());
    for (std::size_t rank = 0; rank < count && ranks.is_root(); ++rank) {
        const auto begin = all.begin() + static_cast<std::ptrdiff_t>(rank * realizations);
        amplitude.emplace_back(begin, begin + static_cast<std::ptrdiff_t>(realizations));
    }
}

}  // namespace

Statistics ensemble_statistics(const Ranks& ranks, const std::vector<std::int64_t>& index,
                               const std::vector<Realization>& realizations, std::size_t species,
                               std::size_t energies) {
    const ColumnExchange exchange(ranks, index, species);
    // the sizes of all statistics, known to ranks without a column too
    EnergyColumn single;
    single.species = species;
    single.density.resize(species);
    single.current.resize(3 * species);
    single.anisotropy.resize(3);
    const Statistics pattern = column_statistics(single);

    std::vector<Statistics> by_energy;
    std::vector<std::vector<double>> amplitude;  // [nE][M], on rank 0
    const auto size = static_cast<std::size_t>(ranks.count());
    for (std::size_t first = 0; first < energies; first += size) {
        const std::size_t count = std::min(size, energies - first);
        const EnergyColumn column = exchange.exchange(realizations, first, count, energies);
        const Statistics mine = column.realizations() > 0 ? column_statistics(column) : Statistics{};
        for (auto& statistics : gather_statistics(ranks, mine, count, pattern)) {
            by_energy.push_back(std::move(statistics));
        }
        gather_amplitudes(ranks, column, exchange.realizations(), count, amplitude);
    }
    if (!ranks.is_root()) return {};
    Statistics joined = join_energies(by_energy, species);
    joined["amplitude_correlation"] = rank_correlation(amplitude);
    return joined;
}

Statistics ensemble_statistics(std::size_t species, std::size_t energies,
                               const std::function<EnergyColumn(std::size_t)>& column) {
    std::vector<Statistics> by_energy;
    std::vector<std::vector<double>> amplitude;
    for (std::size_t e = 0; e < energies; ++e) {
        const EnergyColumn values = column(e);
        by_energy.push_back(column_statistics(values));
        amplitude.push_back(amplitudes(values));
    }
    Statistics joined = join_energies(by_energy, species);
    joined["amplitude_correlation"] = rank_correlation(amplitude);
    return joined;
}

}  // namespace greenhalo
