#include "greenhalo/physics/release.h"

namespace greenhalo {

double total_yield(const std::vector<ReleaseEntry>& entries) {
    double total = 0.0;
    for (const ReleaseEntry& entry : entries) total += entry.yield;
    return total;
}

Release tabulate_release(const ReleaseModel& model, const std::vector<Nucleus>& nuclei,
                         const std::vector<double>& energies, const std::vector<double>& factors) {
    Release release(nuclei.size());
    for (std::size_t s = 0; s < nuclei.size(); ++s) {
        for (const double energy : energies) {
            auto& entries = release[s].emplace_back(model.entries(nuclei[s], energy));
            for (ReleaseEntry& entry : entries) entry.yield *= factors[s];
        }
    }
    return release;
}

void normalize_to_unit(Release& release) {
    for (auto& group : release) {
        for (auto& entries : group) {
            const double total = total_yield(entries);
            if (total > 0.0) {
                for (auto& entry : entries) entry.yield /= total;
            }
        }
    }
}

}  // namespace greenhalo
