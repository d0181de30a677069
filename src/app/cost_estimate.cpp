#include "app/cost_estimate.h"

#include <sys/resource.h>

#include <algorithm>
#include <cmath>
#include <ctime>
#include <vector>

#include "greenhalo/ensemble/realizer.h"
#include "greenhalo/ensemble/statistics.h"
#include "greenhalo/ensemble/tail_index.h"

namespace greenhalo {

namespace {

constexpr double long_enough = 1.0;          // s
constexpr std::size_t most_in_sample = 2000;  // realizations in the column whose statistics are timed
/// What MPI and HDF5 take of a rank's memory beside ours.
constexpr double libraries_memory = 20e6;

/// Processor time of this process: a node that is busy with others makes nothing look dearer.
class Stopwatch {
  public:
    double seconds() const { return static_cast<double>(std::clock() - start_) / CLOCKS_PER_SEC; }

  private:
    std::clock_t start_ = std::clock();
};

double doubles(std::size_t count) { return static_cast<double>(count * sizeof(double)); }

double size_of(const Realization& r) {
    return doubles(r.density.size() + r.current.size() + r.anisotropy.size() + 7 * r.dominant.distance.size());
}

/// One energy of many realizations: those that were computed, over and over, a little apart so that none are equal.
EnergyColumn sample_column(const std::vector<Realization>& realizations, std::size_t species, std::size_t count) {
    EnergyColumn column;
    column.species = species;
    const std::size_t energies = realizations[0].anisotropy.size() / 3;
    for (std::size_t i = 0; i < count; ++i) {
        const Realization& r = realizations[i % realizations.size()];
        const double factor = 1.0 + 1e-3 * std::sin(static_cast<double>(i));
        for (std::size_t s = 0; s < species; ++s) column.density.push_back(factor * r.density[s * energies]);
        for (std::size_t s = 0; s < species; ++s) {
            for (std::size_t k = 0; k < 3; ++k) column.current.push_back(factor * r.current[3 * s * energies + k]);
        }
        for (std::size_t k = 0; k < 3; ++k) column.anisotropy.push_back(factor * r.anisotropy[k]);
    }
    return column;
}

double peak_memory() {
    rusage usage{};
    getrusage(RUSAGE_SELF, &usage);
    return 1024.0 * static_cast<double>(usage.ru_maxrss);
}

}  // namespace

double CostEstimate::wall_time(std::int64_t realizations, std::int64_t ranks) const {
    const double busiest = std::ceil(static_cast<double>(realizations) / static_cast<double>(ranks));
    return setup + per_realization * busiest + statistics / static_cast<double>(ranks);
}

double CostEstimate::memory(std::int64_t realizations, std::int64_t ranks) const {
    const double busiest = std::ceil(static_cast<double>(realizations) / static_cast<double>(ranks));
    return base_memory + per_realization_memory * busiest + statistics_memory;
}

CostEstimate measure_cost(const Model& model) {
    CostEstimate cost;
    const Transport& t = model.transport;
    const Stopwatch setup;
    Realizer realizer(t, model.law, model.time_span, model.selection, model.listed, model.seed, model.superposition);
    cost.setup = setup.seconds();
    cost.superposition = realizer.source_sum().description();

    std::vector<Realization> realizations;
    const Stopwatch work;
    double first = 0.0;
    while (cost.measured < model.realizations && (cost.measured == 0 || work.seconds() < long_enough)) {
        realizations.push_back(realizer(model.first_realization + cost.measured++));
        if (cost.measured == 1) first = work.seconds();
    }
    const double all = work.seconds();
    // the first fills caches and tables: it counts once
    cost.per_realization = cost.measured > 1 ? (all - first) / static_cast<double>(cost.measured - 1) : all;
    cost.setup += std::max(0.0, first - cost.per_realization);

    const auto count = static_cast<std::size_t>(model.realizations);
    const std::size_t sample = std::min(count, most_in_sample);
    const EnergyColumn column = sample_column(realizations, t.nuclei.size(), sample);
    const Stopwatch statistics;
    column_statistics(column);
    cost.statistics = statistics.seconds() * static_cast<double>(t.energies.size()) * static_cast<double>(count) /
                      static_cast<double>(sample);
    const Stopwatch tails;
    expected_tail_indices(Ranks::alone(), t, model.law, model.selection, model.time_span, model.realizations);
    cost.statistics += tails.seconds();

    cost.per_realization_memory = size_of(realizations[0]);
    cost.statistics_memory = 2.0 * doubles(count * (4 * t.nuclei.size() + 3));
    cost.base_memory = peak_memory() + libraries_memory;
    return cost;
}

}  // namespace greenhalo
