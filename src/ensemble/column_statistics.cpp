#include "greenhalo/ensemble/statistics.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "greenhalo/base/units.h"
#include "greenhalo/ensemble/tails.h"
#include "greenhalo/galaxy/frame.h"

namespace greenhalo {

namespace {

constexpr double nan = std::numeric_limits<double>::quiet_NaN();

/// Quantiles [level][k] of the columns k of values [M][width], NaN left out, and the ends of their intervals.
struct Quantiles {
    std::vector<double> value, low, high;
};

Quantiles quantiles_of_columns(const std::vector<double>& values, std::size_t width) {
    Quantiles result;
    for (auto* part : {&result.value, &result.low, &result.high}) part->assign(quantile_count * width, nan);
    std::vector<double> sorted;
    std::size_t size = 0;
    QuantileIntervals intervals(size);
    for (std::size_t k = 0; k < width; ++k) {
        sorted.clear();
        for (std::size_t i = k; i < values.size(); i += width) {
            if (!std::isnan(values[i])) sorted.push_back(values[i]);
        }
        std::sort(sorted.begin(), sorted.end());
        if (sorted.size() != size) intervals = QuantileIntervals(size = sorted.size());
        for (std::size_t l = 0; l < quantile_count; ++l) {
            result.value[l * width + k] = quantile(sorted, quantile_levels[l]);
            result.low[l * width + k] = intervals.low(sorted, l);
            result.high[l * width + k] = intervals.high(sorted, l);
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

void add_quantiles(const std::string& name, const Quantiles& quantiles, Statistics& statistics) {
    statistics[name] = quantiles.value;
    statistics[name + "_low"] = quantiles.low;
    statistics[name + "_high"] = quantiles.high;
}

/// The sum over groups of values [M][species][components].
std::vector<double> groups_summed(const std::vector<double>& values, std::size_t species,
                                  std::size_t components) {
    std::vector<double> total(values.size() / species, 0.0);
    for (std::size_t i = 0; i < values.size(); ++i) {
        total[i / (species * components) * components + i % components] += values[i];
    }
    return total;
}

/// Indices of the tails of the density and of the current, as the header defines them.
void add_tails(const EnergyColumn& column, Statistics& statistics) {
    std::vector<double> density, current;
    // a column too short for any tail is not worth its medians
    if (tail_size(column.realizations(), tail_fractions[0]) > 0) {
        density = groups_summed(column.density, column.species, 1);
        const double mean = means_of_columns(density, 1)[0];
        for (double& n : density) n -= mean;
        const std::vector<double> j = groups_summed(column.current, column.species, 3);
        const Quantiles components = quantiles_of_columns(j, 3);
        const double* middle = &components.value[2 * 3];  // the medians
        for (std::size_t i = 0; i < j.size(); i += 3) {
            current.push_back(std::hypot(j[i] - middle[0], j[i + 1] - middle[1], j[i + 2] - middle[2]));
        }
    }
    for (const double fraction : tail_fractions) {
        statistics["tail_index_density"].push_back(hill_index(density, fraction));
        statistics["tail_index_current"].push_back(hill_index(current, fraction));
    }
}

/// Moduli and Galactic longitudes of the anisotropies that exist.
void add_anisotropy_statistics(const EnergyColumn& column, Statistics& statistics) {
    std::vector<double> amplitude, projected;
    for (const double a : amplitudes(column)) {
        if (!std::isnan(a)) amplitude.push_back(a);
    }
    std::vector<double> histogram(phase_bins, 0.0);
    double sum_cos = 0.0, sum_sin = 0.0;
    for (std::size_t i = 0; i < column.realizations(); ++i) {
        const double* d = &column.anisotropy[3 * i];
        if (std::isnan(d[0])) continue;
        projected.push_back(right_ascension_dipole(d).amplitude);
        const double longitude = galactic_direction(d[0], d[1], d[2]).longitude;
        const auto bin = static_cast<std::size_t>(longitude * phase_bins / 360.0);
        histogram[std::min(bin, phase_bins - 1)] += 1.0;
        sum_cos += std::cos(longitude * units::pi / 180.0);
        sum_sin += std::sin(longitude * units::pi / 180.0);
    }
    const double defined = static_cast<double>(amplitude.size());
    statistics["amplitude_mean"] = {std::accumulate(amplitude.begin(), amplitude.end(), 0.0) / defined};
    add_quantiles("amplitude_quantile", quantiles_of_columns(amplitude, 1), statistics);
    add_quantiles("amplitude_projected_quantile", quantiles_of_columns(projected, 1), statistics);
    statistics["phase_histogram"] = histogram;
    statistics["phase_resultant"] = {std::hypot(sum_cos, sum_sin) / defined};
    statistics["undefined_fraction"] = {1.0 - defined / static_cast<double>(column.realizations())};
}

}  // namespace

std::vector<double> amplitudes(const EnergyColumn& column) {
    std::vector<double> result;
    for (std::size_t i = 0; i < column.anisotropy.size(); i += 3) {
        const double* d = &column.anisotropy[i];
        result.push_back(std::isnan(d[0]) ? nan : std::sqrt(d[0] * d[0] + d[1] * d[1] + d[2] * d[2]));
    }
    return result;
}

Statistics column_statistics(const EnergyColumn& column) {
    const std::size_t count = column.realizations(), species = column.species;
    Statistics statistics;
    add_anisotropy_statistics(column, statistics);
    add_tails(column, statistics);

    statistics["density_mean"] = means_of_columns(column.density, species);
    add_quantiles("density_quantile", quantiles_of_columns(column.density, species), statistics);
    const std::vector<double> mean = means_of_columns(column.current, 3 * species);
    statistics["current_mean"] = mean;
    const Quantiles current_quantiles = quantiles_of_columns(column.current, 3 * species);
    const auto median_of = [&](const std::vector<double>& quantiles) {
        const auto median = quantiles.begin() + static_cast<std::ptrdiff_t>(2 * 3 * species);
        return std::vector<double>(median, median + static_cast<std::ptrdiff_t>(3 * species));
    };
    add_quantiles("current_median",
                  {median_of(current_quantiles.value), median_of(current_quantiles.low),
                   median_of(current_quantiles.high)},
                  statistics);

    // Covariance of the components per group, and <dJ.dJ> of the groups summed: squaring first would be
    // wrong.
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
        for (std::size_t a = 0; a < 3; ++a)
            fluctuation += (total[a] - total_mean[a]) * (total[a] - total_mean[a]);
    }
    const double degrees = count > 1 ? static_cast<double>(count - 1) : nan;
    for (double& c : covariance) c /= degrees;
    fluctuation /= degrees;
    statistics["current_covariance"] = covariance;
    statistics["fluctuation_current"] = {fluctuation};

    const auto& density = statistics["density_mean"];
    const double isotropic =
        std::accumulate(density.begin(), density.end(), 0.0) * units::c_in_cm_per_s / 3.0;
    statistics["delta_A1"] = {std::hypot(total_mean[0], total_mean[1], total_mean[2]) / isotropic};
    statistics["delta_A2"] = {std::sqrt(fluctuation) / isotropic};
    return statistics;
}

}  // namespace greenhalo
