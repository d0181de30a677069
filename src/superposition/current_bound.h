/// \file
/// Strict upper bounds of the current |J| that one source can give.
#pragma once

namespace greenhalo {

/// Half height and the observer's distance |z| from the midplane, kpc.
struct Slab {
    double half_height = 0.0, height = 0.0;
};

/// Largest |J| (kpc^-2 Myr^-1) per particle that a source of effective age `age` or more can give anywhere in
/// the halo. From mirror images: sqrt(q/2e) in place of the distance, and for each image the largest u
/// exp(-u^2/q) at its least distance; from eigenmodes: all sines and cosines 1. The smaller of the two.
double largest_current(const Slab& slab, double diffusion, double loss_rate, double age);

/// The length X for which |J| <= (d + X)/(2 tau) times the density in free space, for sources at distance d
/// and at most `highest` from the midplane, of ages up to those with 4 D tau = q: what the images can add to
/// the vertical current.
double image_reach(const Slab& slab, double highest, double q);

}  // namespace greenhalo
