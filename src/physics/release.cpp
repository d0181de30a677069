#include "greenhalo/physics/release.h"

#include <cmath>

namespace greenhalo {

double BurstSpectrum::yield(const Nucleus& nucleus, double energy, double energy_in_group) const {
    const double e0 = nucleus.charge * reference_energy;
    const double emax = nucleus.charge * max_energy;
    const double gamma = slope();
    // (gamma-2) / (1 - (emax/e0)^(2-gamma)) without the 0/0 at gamma = 2
    const double log_ratio = std::log(emax / e0);
    const double exponent = (2.0 - gamma) * log_ratio;
    const double factor = exponent == 0.0 ? 1.0 / log_ratio : (gamma - 2.0) / -std::expm1(exponent);
    const double k = energy_in_group / (e0 * e0) * factor;
    return k * std::pow(energy / e0, -gamma) * std::exp(-energy / emax);
}

Release burst_release(const BurstSpectrum& spectrum, const std::vector<Nucleus>& nuclei,
                      const std::vector<double>& energies, const std::vector<double>& energy_in_group) {
    Release release(nuclei.size());
    for (std::size_t s = 0; s < nuclei.size(); ++s) {
        for (const double energy : energies) {
            release[s].push_back({{0.0, spectrum.yield(nuclei[s], energy, energy_in_group[s])}});
        }
    }
    return release;
}

void normalize_to_unit(Release& release) {
    for (auto& group : release) {
        for (auto& entries : group) {
            double total = 0.0;
            for (const auto& entry : entries) total += entry.yield;
            if (total > 0.0) {
                for (auto& entry : entries) entry.yield /= total;
            }
        }
    }
}

}  // namespace greenhalo
