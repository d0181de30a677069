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

/// The owners of the columns: some of the ranks, as far apart as there are ranks, because a column of a large
/// ensemble takes gigabytes and neighbouring ranks share a node.
class Owners {
  public:
    Owners(const Ranks& ranks, std::size_t columns)
        : count_(std::min(static_cast<std::size_t>(ranks.count()), columns)),
          stride_(static_cast<std::size_t>(ranks.count()) / count_) {}

    std::size_t count() const { return count_; }
    std::size_t rank_of(std::size_t owner) const { return owner * stride_; }
    /// Which owner a rank is; count() if none.
    std::size_t owner_of(int rank) const {
        const auto r = static_cast<std::size_t>(rank);
        return r % stride_ == 0 ? std::min(r / stride_, count_) : count_;
    }

  private:
    std::size_t count_, stride_;
};

/// Several doubles as one element, so that counts of realizations fit into an int.
class DoublesType {
  public:
    explicit DoublesType(std::size_t count) {
        MPI_Type_contiguous(static_cast<int>(count), MPI_DOUBLE, &type_);
        MPI_Type_commit(&type_);
    }
    ~DoublesType() { MPI_Type_free(&type_); }
    DoublesType(const DoublesType&) = delete;
    DoublesType& operator=(const DoublesType&) = delete;
    MPI_Datatype get() const { return type_; }

  private:
    MPI_Datatype type_;
};

/// Collective. `width` doubles of every owner below `count`, one after the other on rank 0.
std::vector<double> gather_from_owners(const Ranks& ranks, const Owners& owners, std::size_t count,
                                       const std::vector<double>& mine, std::size_t width) {
    const auto size = static_cast<std::size_t>(ranks.count());
    const DoublesType element(width);
    std::vector<int> counts(size, 0), offsets(size, 0);
    for (std::size_t owner = 0; owner < count; ++owner) {
        counts[owners.rank_of(owner)] = 1;
        offsets[owners.rank_of(owner)] = static_cast<int>(owner);
    }
    std::vector<double> all(ranks.is_root() ? count * width : 0);
    MPI_Gatherv(mine.data(), counts[static_cast<std::size_t>(ranks.rank())], element.get(), all.data(),
                counts.data(), offsets.data(), element.get(), 0, ranks.communicator());
    return all;
}

/// Moves the values at some energies to the owner of each.
class ColumnExchange {
  public:
    ColumnExchange(const Ranks& ranks, const Owners& owners, const std::vector<std::int64_t>& index,
                   std::size_t species)
        : ranks_(ranks), owners_(owners), species_(species), mine_(index.size()), width_(4 * species + 3) {
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

    /// Collective. The column of energy first + owner for owners below `count`; an empty column elsewhere.
    EnergyColumn exchange(const std::vector<Realization>& realizations, std::size_t first, std::size_t count,
                          std::size_t energies) const {
        const auto size = static_cast<std::size_t>(ranks_.count());
        const bool owner = owners_.owner_of(ranks_.rank()) < count;
        const DoublesType element(width_);
        std::vector<double> send, receive(owner ? order_.size() * width_ : 0);
        send.reserve(count * mine_ * width_);
        std::vector<int> send_counts(size, 0), send_offsets(size, 0), counts(size, 0), offsets(size, 0);
        for (std::size_t column = 0; column < count; ++column) {
            const std::size_t to = owners_.rank_of(column);
            send_offsets[to] = static_cast<int>(send.size() / width_);
            send_counts[to] = static_cast<int>(mine_);
            for (const Realization& r : realizations) pack(r, first + column, energies, send);
        }
        int offset = 0;
        for (std::size_t from = 0; from < size && owner; ++from) {
            counts[from] = counts_[from];
            offsets[from] = offset;
            offset += counts[from];
        }
        MPI_Alltoallv(send.data(), send_counts.data(), send_offsets.data(), element.get(), receive.data(),
                      counts.data(), offsets.data(), element.get(), ranks_.communicator());

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
    const Owners& owners_;
    std::size_t species_, mine_, width_;
    std::vector<int> counts_;
    std::vector<std::size_t> order_;
};

/// Collective. The statistics of each owner's column, one after the other on rank 0.
std::vector<Statistics> gather_statistics(const Ranks& ranks, const Owners& owners, std::size_t count,
                                          const Statistics& mine, const Statistics& pattern) {
    std::vector<double> flat;
    for (const auto& [name, values] : pattern) {
        const auto found = mine.find(name);
        const auto& source = found == mine.end() ? values : found->second;
        flat.insert(flat.end(), source.begin(), source.end());
    }
    const std::vector<double> gathered = gather_from_owners(ranks, owners, count, flat, flat.size());
    std::vector<Statistics> all;
    auto at = gathered.begin();
    while (at != gathered.end()) {
        Statistics& statistics = all.emplace_back();
        for (const auto& [name, values] : pattern) {
            const auto end = at + static_cast<std::ptrdiff_t>(values.size());
            statistics[name].assign(at, end);
            at = end;
        }
    }
    return all;
}

/// Collective. Appends the amplitudes of the owners' columns on rank 0, in the order of the indices.
void gather_amplitudes(const Ranks& ranks, const Owners& owners, std::size_t count, const EnergyColumn& column,
                       std::size_t realizations, std::vector<std::vector<double>>& amplitude) {
    const std::vector<double> all =
        gather_from_owners(ranks, owners, count, amplitudes(column), realizations);
    for (auto at = all.begin(); at != all.end(); at += static_cast<std::ptrdiff_t>(realizations)) {
        amplitude.emplace_back(at, at + static_cast<std::ptrdiff_t>(realizations));
    }
}

/// The share of realizations whose amplitude exceeds 1 at some energy, from amplitudes [nE][M].
double above_one(const std::vector<std::vector<double>>& amplitude) {
    const std::size_t realizations = amplitude.empty() ? 0 : amplitude.front().size();
    std::size_t count = 0;
    for (std::size_t m = 0; m < realizations; ++m) {
        // comparisons with NaN are false
        count += std::any_of(amplitude.begin(), amplitude.end(), [m](const auto& column) { return column[m] > 1.0; });
    }
    return realizations == 0 ? 0.0 : static_cast<double>(count) / static_cast<double>(realizations);
}

/// What is known of all energies together.
void add_of_all_energies(const std::vector<std::vector<double>>& amplitude, Statistics& joined) {
    joined["amplitude_correlation"] = rank_correlation(amplitude);
    joined["amplitude_above_one"] = {above_one(amplitude)};
}

}  // namespace

Statistics ensemble_statistics(const Ranks& ranks, const std::vector<std::int64_t>& index,
                               const std::vector<Realization>& realizations, std::size_t species,
                               std::size_t energies) {
    const Owners owners(ranks, energies);
    const ColumnExchange exchange(ranks, owners, index, species);
    // the sizes of all statistics, known to ranks without a column too
    EnergyColumn single;
    single.species = species;
    single.density.resize(species);
    single.current.resize(3 * species);
    single.anisotropy.resize(3);
    const Statistics pattern = column_statistics(single);

    std::vector<Statistics> by_energy;
    std::vector<std::vector<double>> amplitude;  // [nE][M], on rank 0
    for (std::size_t first = 0; first < energies; first += owners.count()) {
        const std::size_t count = std::min(owners.count(), energies - first);
        const EnergyColumn column = exchange.exchange(realizations, first, count, energies);
        const Statistics mine = column.realizations() > 0 ? column_statistics(column) : Statistics{};
        for (auto& statistics : gather_statistics(ranks, owners, count, mine, pattern)) {
            by_energy.push_back(std::move(statistics));
        }
        gather_amplitudes(ranks, owners, count, column, exchange.realizations(), amplitude);
    }
    if (!ranks.is_root()) return {};
    Statistics joined = join_energies(by_energy, species);
    add_of_all_energies(amplitude, joined);
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
    add_of_all_energies(amplitude, joined);
    return joined;
}

}  // namespace greenhalo
