/// \file
/// Quadrature over the heights of sources for integrands that hold vertical Green functions.
#pragma once

#include <vector>

namespace greenhalo {

struct HeightNode {
    double z = 0.0;       ///< kpc
    double weight = 0.0;  ///< includes the height law
};

/// Nodes for integrals of the height law (two-sided exponential with scale_height in kpc, 0 for a thin disc)
/// times functions of (z - height)^2/q, q from `narrowest` to `widest` in kpc^2, over the halo. In the
/// midplane, where such integrands are even, the nodes above it stand for both sides.
std::vector<HeightNode> height_nodes(double scale_height, double half_height, double height, double narrowest,
                                     double widest);

}  // namespace greenhalo
