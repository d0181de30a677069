/// \file
/// The rows of the table of parameters: those of the physics, and those of what the program does with it. What both
/// have in common is here.
#pragma once

#include <string_view>
#include <vector>

#include "greenhalo/app/parameter_table.h"
#include "greenhalo/app/parameters.h"

namespace greenhalo::parameter_rows {

/// halo, diffusion, gas, sources, injection, species, energy, observer.
std::vector<ParameterSpec> of_physics();
/// ensemble, superposition, expect, checkpoint, grid, output.
std::vector<ParameterSpec> of_program();

inline constexpr Range positive = {.min = 0, .min_open = true};
/// Lengths beyond any galaxy's are slips of the pen.
inline constexpr Range length = {.min = 0, .max = 1e3, .min_open = true};

inline constexpr Unit pure_number = {};
inline constexpr Unit kpc = {Dimension::length, "kpc"};
inline constexpr Unit yr = {Dimension::time, "yr"};
inline constexpr Unit myr = {Dimension::time, "Myr"};

inline constexpr std::string_view paper = "Blasi & Amato 2012";
inline constexpr std::string_view own_choice = "choice of this program";

inline constexpr Usage random_sources = {"with a sources.model other than none",
                                         [](const Parameters& p) { return p.text("sources.model") != "none"; }};

}  // namespace greenhalo::parameter_rows
