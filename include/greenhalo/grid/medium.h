/// \file
/// What particles diffuse through on the grid: layers of constant diffusion and losses, symmetric about the disc.
#pragma once

#include <vector>

namespace greenhalo {

/// A layer of heights |z| below `up_to` and above the layer before it.
struct Layer {
    double up_to = 0.0;      ///< kpc
    double diffusion = 0.0;  ///< D, kpc^2/Myr
    double loss_rate = 0.0;  ///< Gamma, 1/Myr
};

/// Factors on D and Gamma of a medium: with them one grid serves all groups and energies.
struct Rates {
    double diffusion = 1.0,  ///< on D
        loss = 1.0;          ///< on Gamma
};

/// Layers from the midplane outwards, the last one up to the boundary of the halo.
class Medium {
  public:
    /// Throws InputError unless heights increase and coefficients make sense.
    explicit Medium(std::vector<Layer> layers);

    /// The same everywhere up to the half height.
    static Medium uniform(double half_height, double diffusion, double loss_rate) {
        return Medium({{half_height, diffusion, loss_rate}});
    }

    /// The same layers with D and Gamma times their factors.
    Medium scaled(const Rates& rates) const;

    const std::vector<Layer>& layers() const { return layers_; }  ///< from the midplane outwards
    double half_height() const { return layers_.back().up_to; }   ///< H, kpc

    /// \{
    /// Means over the heights from `low` to `high`: of D, of Gamma, and 1/(mean of 1/D), which is what a
    /// current across layers sees.
    double mean_diffusion(double low, double high) const;
    double mean_loss_rate(double low, double high) const;
    double diffusion_across(double low, double high) const;
    /// \}

  private:
    template <class Value>
    double mean(double low, double high, Value value) const;

    std::vector<Layer> layers_;
};

}  // namespace greenhalo
