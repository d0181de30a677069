/// \file
/// Fluctuations of the current from one history of sources to another.
#pragma once

#include <memory>
#include <vector>

#include "greenhalo/galaxy/source_law.h"

namespace greenhalo {

/// Particles of one group and energy that a source releases at one moment.
struct Emission {
    double diffusion = 0.0;  ///< D, kpc^2/Myr
    double loss_rate = 0.0;  ///< Gamma, 1/Myr
    double delay = 0.0;      ///< after the explosion, Myr
    double yield = 0.0;      ///< particles per GeV
};

/// `<dJ.dJ>`, in kpc^-4 Myr^-2 GeV^-2.
struct SmallScaleCurrent {
    double planar = 0.0;                                ///< the components along the disc
    double vertical = 0.0;                              ///< the component across it
    double total() const { return planar + vertical; }  ///< of all components
};

/// The variance of the current of a Poisson process of sources at an observer: the rate times the integral
/// over age and position of |J|^2 of one source, J summed over its emissions before squaring (Blasi & Amato
/// 2012, 3.8):
///
///     R Int dt sum_kl N_k N_l D_k D_l exp(-Gamma_k tau_k - Gamma_l tau_l) (pi^2 q_k q_l)^(-3/2)
///         [4 A2 Z0/(q_k q_l) + A0 Z1],    q_k = 4 D_k tau_k,   tau_k = t - delay_k the effective age,
///
/// A0 and A2 the means of exp(-a rho^2) and rho^2 exp(-a rho^2), a = 1/q_k + 1/q_l, over the plane, Z0 and Z1
/// those of S_k S_l and dS_k/dz dS_l/dz over height. Relative error below 1e-8.
class SmallScaleIntegral {
  public:
    /// An axisymmetric law; H, Galactocentric radius and height of the observer in kpc.
    SmallScaleIntegral(const SourceLaw& law, double half_height, double radius, double height);
    ~SmallScaleIntegral();
    SmallScaleIntegral(SmallScaleIntegral&&) noexcept;  ///< what is left behind can only be destroyed

    /// From emissions of effective ages of at least `minimum_age` > 0 by sources that exploded within `span`
    /// (may be infinite), both in Myr.
    SmallScaleCurrent operator()(const std::vector<Emission>& emissions, double minimum_age,
                                 double span) const;

  private:
    class Engine;
    std::unique_ptr<Engine> engine_;
};

}  // namespace greenhalo
