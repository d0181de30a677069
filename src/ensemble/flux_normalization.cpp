#include "greenhalo/ensemble/flux_normalization.h"

#include <cmath>

#include "greenhalo/base/units.h"
#include "greenhalo/ensemble/observables.h"
#include "greenhalo/ensemble/steady_field.h"

namespace greenhalo {

double yield_for_flux(const Nucleus& nucleus, const Transport& transport, const SourceLaw& law) {
    const double flux = nucleus.flux * std::pow(flux_energy, -2.7) * 1e-4;  // cm^-2 s^-1 sr^-1 GeV^-1
    const double density = flux / flux_from_density(1.0) / units::per_kpc3_in_per_cm3;
    const double diffusion = transport.diffusion(nucleus.rigidity(flux_energy));
    const double loss_rate =
        spallation_rate(transport.gas, transport.half_height, nucleus.mass_number, flux_energy);
    const MeanField field =
        steady_mean_field(law.axisymmetric(), transport.half_height, diffusion, loss_rate, sun_radius, 0.0);
    return density / (law.rate * field.density);
}

}  // namespace greenhalo
