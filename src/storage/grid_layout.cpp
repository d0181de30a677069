#include "storage/grid_layout.h"

namespace greenhalo::storage {

namespace {

const char* const density_units = "cm^-3 GeV^-1";
const char* const current_units = "cm^-2 s^-1 GeV^-1";

/// An item of one problem.
LayoutItem item(const char* problem, const std::string& name, const std::string& shape, const std::string& units,
                const std::string& long_name, ItemType type = ItemType::float64) {
    const std::string path = std::string("/grid/") + problem + (name.empty() ? "" : "/" + name);
    return {path, type, shape, units, long_name, "", Stored::none, false, problem};
}

std::vector<LayoutItem> describe_one_source() {
    const auto of = [](const std::string& name, const std::string& shape, const std::string& units,
                       const std::string& long_name) { return item("one_source", name, shape, units, long_name); };
    return {
        item("one_source", "", "", "", "one source of one particle: every start on three grids with three steps each",
             ItemType::group),
        of("age", "nT", "yr", "ages of the source at which the observer looks"),
        of("start", "nR", "1", "what the grid starts from: 0 the exact field, 1 a point source on a node, 2 between nodes"),
        of("cells", "nR", "1", "cells along each axis"),
        of("spacing", "nR", "kpc", "distance of the nodes across"),
        of("step", "nR", "yr", "first step in time"),
        of("density", "nR,nT", "kpc^-3", "density at the observer on the grid"),
        of("gradient", "nR,nT,3", "kpc^-4", "gradient of the density at the observer on the grid"),
        of("content", "nR,nT", "1", "share of the particles that is left in the grid"),
        of("imbalance", "nR", "1", "share of the particles that neither is left nor was lost through faces, sides or by spallation"),
        of("undershoot", "nR", "1", "most negative density over the largest, at the first age"),
        of("green_density", "3,nT", "kpc^-3", "density by the Green function, for each start"),
        of("green_gradient", "3,nT,3", "kpc^-4", "gradient by the Green function, for each start"),
    };
}

std::vector<LayoutItem> describe_many_sources() {
    const auto of = [](const std::string& name, const std::string& shape, const std::string& units,
                       const std::string& long_name) { return item("many_sources", name, shape, units, long_name); };
    std::vector<LayoutItem> items = {
        item("many_sources", "", "", "", "the random sources of one realization as they explode, seen by the observer",
             ItemType::group),
        of("time", "nT", "yr", "times of observation, 0 now"),
    };
    const std::vector<std::pair<std::string, std::string>> sides = {
        {"", "on the grid"}, {"coarse_", "on the coarser grid"}, {"green_", "by superposed Green functions"}};
    for (const auto& [prefix, how] : sides) {
        items.push_back(of(prefix + "density", "nS,nE,nT", density_units, "density " + how));
        items.push_back(of(prefix + "current", "nS,nE,nT,3", current_units, "current " + how + ", components x, y, z"));
        items.push_back(of(prefix + "anisotropy", "nE,nT,3", "1", "anisotropy of all groups " + how + ", components x, y, z"));
    }
    return items;
}

std::vector<LayoutItem> describe_steady() {
    const auto of = [](const std::string& name, const std::string& shape, const std::string& units,
                       const std::string& long_name) { return item("steady", name, shape, units, long_name); };
    std::vector<LayoutItem> items = {
        item("steady", "", "", "", "smooth sources in the steady state", ItemType::group),
    };
    const std::vector<std::pair<std::string, std::string>> sides = {{"", "on the (r, z) grid"},
                                                                    {"box_", "on the (x, y, z) grid"},
                                                                    {"expected_", "by integration (greenhalo expect)"},
                                                                    {"median_", "median of the ensemble of all ages, component-wise"}};
    for (const auto& [prefix, how] : sides) {
        items.push_back(of(prefix + "density", "nS,nE", density_units, "density " + how));
        items.push_back(of(prefix + "current", "nS,nE,3", current_units, "current " + how + ", components x, y, z"));
        items.push_back(of(prefix + "large_scale", "nE", "1", "delta_A1 = |J| / (c n / 3) " + how + "; NaN where not computed"));
    }
    return items;
}

std::vector<LayoutItem> describe_beyond() {
    const auto of = [](const std::string& name, const std::string& shape, const std::string& units,
                       const std::string& long_name, ItemType type = ItemType::float64) {
        return item("beyond", name, shape, units, long_name, type);
    };
    return {
        item("beyond", "", "", "", "halos that the Green function does not know, smooth sources in the steady state",
             ItemType::group),
        of("name", "nX", "1", "the halo in words", ItemType::text),
        of("density", "nX,nS,nE", density_units, "density on the (r, z) grid"),
        of("current", "nX,nS,nE,3", current_units, "current on the (r, z) grid, components x, y, z"),
        of("large_scale", "nX,nE", "1", "delta_A1 = |J| / (c n / 3) on the (r, z) grid"),
        of("exact_density", "nX,nS,nE", density_units, "density by eigenmodes of the layered halo"),
        of("exact_current", "nX,nS,nE,3", current_units, "current by eigenmodes of the layered halo"),
        of("exact_large_scale", "nX,nE", "1", "delta_A1 by eigenmodes of the layered halo"),
    };
}

}  // namespace

std::vector<LayoutItem> describe_grid() {
    using enum ItemType;
    std::vector<LayoutItem> items = {
        {"/grid", group, "", "", "grid solutions of the transport equation beside the Green functions"},
        {"/grid/comparison", group, "", "", "the table: one row per number that was compared"},
        {"/grid/comparison/name", text, "nC", "1", "what was compared"},
        {"/grid/comparison/unit", text, "nC", "1", "unit of value and reference"},
        {"/grid/comparison/value", float64, "nC", "as unit says", "number of the grid"},
        {"/grid/comparison/reference", float64, "nC", "as unit says", "number that it should be"},
        {"/grid/comparison/error", float64, "nC", "1", "error, relative where the reference is no pure number"},
        {"/grid/comparison/tolerance", float64, "nC", "1", "largest error that passes"},
        {"/grid/comparison/grid_error", float64, "nC", "1",
         "the grid's own error, from its coarser ones; NaN where there is no estimate"},
        {"/grid/comparison/passed", float64, "nC", "1", "1 when the error is within its tolerance, otherwise 0"},
        {"/grid/cost", group, "", "", "what solving cost; numbers of this machine and hour"},
        {"/grid/cost/name", text, "nK", "1", "system of equations"},
        {"/grid/cost/unknowns", float64, "nK", "1", "nodes of the grid"},
        {"/grid/cost/levels", float64, "nK", "1", "grids of the multigrid hierarchy, 0 for the algebraic one"},
        {"/grid/cost/solves", float64, "nK", "1", "systems solved"},
        {"/grid/cost/iterations", float64, "nK", "1", "iterations of conjugate gradients in all solves"},
        {"/grid/cost/most_iterations", float64, "nK", "1", "most iterations of a solve"},
        {"/grid/cost/assembly", float64, "nK", "s", "time for matrices and hierarchy"},
        {"/grid/cost/solving", float64, "nK", "s", "time in the solver"},
        {"/grid/cost/memory", float64, "nK", "byte", "memory per unknown in matrices, hierarchy and vectors, by their sizes; without that of hypre"},
        {"/grid/cost/bandwidth", float64, "nK", "byte s^-1", "memory traffic of the solver, all ranks, at least"},
        {"/grid/triad", float64, "", "byte s^-1", "memory traffic of a triad, all ranks, in the same run"},
    };
    for (const auto& part : {describe_one_source(), describe_many_sources(), describe_steady(), describe_beyond()}) {
        items.insert(items.end(), part.begin(), part.end());
    }
    return items;
}

}  // namespace greenhalo::storage
