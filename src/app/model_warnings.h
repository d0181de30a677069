/// \file
/// What a sound input may still get wrong about physics.
#pragma once

#include <string>
#include <vector>

#include "greenhalo/app/log.h"
#include "greenhalo/app/model.h"

namespace greenhalo {

/// One warning if the time span is too short for a steady state: the share of the density that older sources
/// would add, below exp(-T (pi^2 D/4H^2 + Gamma)), exceeds 1e-3 for some group at the lowest energy, where D
/// is smallest.
std::vector<std::string> stationarity_warnings(const Model& model);

/// One warning if the mean free path 3 D/c of a group that makes more than 1 % of the density exceeds the smaller of H
/// and 1 kpc at some energy: diffusion is no description there.
std::vector<std::string> validity_warnings(const Model& model);

/// What the model leaves out at its energies, in at most one line: processes below 1 TV, the extrapolated D below 3 GV,
/// other populations above 3e7 GeV. Nothing is wrong with such energies; a reader should know.
std::vector<std::string> validity_notes(const Model& model);

/// One warning if the groups together need more than the energy of the explosion: measured fluxes ask for whatever
/// the rate, the halo and D make of them.
std::vector<std::string> efficiency_warnings(const Model& model);

/// Whose sources are looked at: those within the time span, or those of all times.
enum class Ages { of_the_span, all };

/// All warnings about a model. Sources of all times are in a steady state.
std::vector<std::string> model_warnings(const Model& model, Ages ages = Ages::of_the_span);

/// Warnings and notes to the log.
void say_about_model(const Log& log, const Model& model);

}  // namespace greenhalo
