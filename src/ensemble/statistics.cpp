#include "greenhalo/ensemble/statistics.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "greenhalo/base/units.h"
#include "greenhalo/galaxy/frame.h"

namespace greenhalo {

namespace {

constexpr double nan = std::numeric_limits<double>::quiet_NaN();

/// Quantiles [level][k] of the columns k of values [M][width], NaN left out.
std::vector<double> quantiles_of_columns(const std::vector<double>& values, std::size_t width) {
    std::vector<double> result(quantile_count * width, nan);
    std::vector<double> sorted;
    for (std::size_t k = 0; k < width; ++k) {
        sorted.clear();
        for (std::size_t i = k; i < values.size(); i += width) {
            if (!std::isnan(values[i])) sorted.push_back(values[i]);
        }
        std::sort(sorted.begin(), sorted.end());
        for (std::size_t l = 0; l < quantile_count; ++l) {
            result[l * width + k] = quantile(sorted, quantile_levels[l]);
        }
    }
    return result;
}

std::vector<double> means_of_columns(const std::vector<double>& values, std::size_t width) {
    std::vector<double> sums(width, 0.0);
    for (std::size_t i = 0; i < values.size(); ++i) sums[i % width] += values[i];
    const double count = static_cast<double>(values.size() / width);
    for (double& sum : sums) sum /= count;
    return sums;
}

/// Moduli and Galactic longitudes of the anisotropies that exist.
void add_anisotropy_statistics(const EnergyColumn& column, Statistics& statistics) {
    std::vector<double> amplitude, projected;
    std::vector<double> histogram(phase_bins, 0.0);
    double sum_cos = 0.0, sum_sin = 0.0;
    for (std::size_t i = 0; i < column.realizations(); ++i) {
        const double* d = &column.anisotropy[3 * i];
        if (std::isnan(d[0])) continue;
        amplitude.push_back(std::sqrt(d[0] * d[0] + d[1] * d[1] + d[2] * d[2]));
        projected.push_back(right_ascension_dipole(d).amplitude);
        const double longitude = galactic_direction(d[0], d[1], d[2]).longitude;
        const auto bin = static_cast<std::size_t>(longitude * phase_bins / 360.0);
        histogram[std::min(bin, phase_bins - 1)] += 1.0;
        sum_cos += std::cos(longitude * units::pi / 180.0);
        sum_sin += std::sin(longitude * units::pi / 180.0);
    }
    const double defined = static_cast<double>(amplitude.size());
    statistics["amplitude_mean"] = {std::accumulate(amplitude.begin(), amplitude.end(), 0.0) / defined};
    statistics["amplitude_quantile"] = quantiles_of_columns(amplitude, 1);
    statistics["amplitude_projected_quantile"] = quantiles_of_columns(projected, 1);
    statistics["phase_histogram"] = histogram;
    statistics["phase_resultant"] = {std::hypot(sum_cos, sum_sin) / defined};
    statistics["undefined_fraction"] = {1.0 - defined / static_cast<double>(column.realizations())};
}

}  // namespace

double quantile(const std::vector<double>& sorted, double level) {
    if (sorted.empty()) return nan;
    const double at = level * static_cast<double>(sorted.size() - 1);
    const auto low = static_cast<std::size_t>(at);
    if (low + 1 >= sorted.size()) return sorted.back();
    const double fraction = at - static_cast<double>(low);
    return fraction == 0.0 ? sorted[low] : sorted[low] + fraction * (sorted[low + 1] - sorted[low]);
}

Statistics column_statistics(const EnergyColumn& column) {
    const std::size_t count = column.realizations(), species = column.species;
    Statistics statistics;
    add_anisotropy_statistics(column, statistics);

    statistics["density_mean"] = means_of_columns(column.density, species);
    statistics["density_quantile"] = quantiles_of_columns(column.density, species);
    const std::vector<double> mean = means_of_columns(column.current, 3 * species);
    statistics["current_mean"] = mean;
    const std::vector<double> current_quantiles = quantiles_of_columns(column.current, 3 * species);
    const auto median = current_quantiles.begin() + static_cast<std::ptrdiff_t>(2 * 3 * species);
    statistics["current_median"].assign(median, median + static_cast<std::ptrdiff_t>(3 * species));

    // Covariance of the components per group, and <dJ.dJ> of the groups summed: squaring first would be wrong.
    std::vector<double> covariance(9 * species, 0.0);
    double total_mean[3] = {0.0, 0.0, 0.0}, fluctuation = 0.0;
    for (std::size_t s = 0; s < species; ++s) {
        for (std::size_t i = 0; i < 3; ++i) total_mean[i] += mean[3 * s + i];
    }
    for (std::size_t m = 0; m < count; ++m) {
        double total[3] = {0.0, 0.0, 0.0};
        for (std::size_t s = 0; s < species; ++s) {
            const double* j = &column.current[3 * (m * species + s)];
            for (std::size_t a = 0; a < 3; ++a) {
                total[a] += j[a];
                for (std::size_t b = 0; b < 3; ++b) {
                    covariance[9 * s + 3 * a + b] += (j[a] - mean[3 * s + a]) * (j[b] - mean[3 * s + b]);
                }
            }
        }
        for (std::size_t a = 0; a < 3; ++a) fluctuation += (total[a] - total_mean[a]) * (total[a] - total_mean[a]);
    }
    const double degrees = count > 1 ? static_cast<double>(count - 1) : nan;
    for (double& c : covariance) c /= degrees;
    fluctuation /= degrees;
    statistics["current_covariance"] = covariance;
    statistics["fluctuation_current"] = {fluctuation};

    const auto& density = statistics["density_mean"];
    const double isotropic = std::accumulate(density.begin(), density.end(), 0.0) * units::c_in_cm_per_s / 3.0;
    statistics["delta_A1"] = {std::hypot(total_mean[0], total_mean[1], total_mean[2]) / isotropic};
    statistics["delta_A2"] = {std::sqrt(fluctuation) / isotropic};
    return statistics;
}

Statistics join_energies(const std::vector<Statistics>& by_energy, std::size_t species) {
    const std::map<std::string, std::size_t> outer_dimension = {
        {"amplitude_quantile", quantile_count},
        {"amplitude_projected_quantile", quantile_count},
        {"density_mean", species},
        {"density_quantile", quantile_count * species},
        {"current_mean", species},
        {"current_median", species},
        {"current_covariance", species},
        {"phase_histogram", phase_bins},
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
        std::sort(order_.begin(), order_.end(), [&](std::size_t a, std::size_t b) { return all[a] < all[b]; });
    }

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
    void pack(const Realization& r, std::size_t energy, std::size_t energies, std::vector<double>& out) const {
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
    const auto size = static_cast<std::size_t>(ranks.count());
    for (std::size_t first = 0; first < energies; first += size) {
        const std::size_t count = std::min(size, energies - first);
        const EnergyColumn column = exchange.exchange(realizations, first, count, energies);
        const Statistics mine = column.realizations() > 0 ? column_statistics(column) : Statistics{};
        for (auto& statistics : gather_statistics(ranks, mine, count, pattern)) {
            by_energy.push_back(std::move(statistics));
        }
    }
    return ranks.is_root() ? join_energies(by_energy, species) : Statistics{};
}

}  // namespace greenhalo
