/// \file
/// The table tests/data/green_function.csv: the Green function of single sources to 40 digits.
#pragma once

#include <fstream>
#include <sstream>
#include <stdexcept>
#include <string>
#include <vector>

#include "greenhalo/physics/green_function.h"
#include "greenhalo_source_tree.h"

namespace greenhalo::test {

/// One line of the table. Lengths in kpc, ages in Myr. Source and observer are at least 0.02 H from the
/// boundaries, so that the terms of the series do not cancel.
struct OracleRow {
    int line;
    double x, y, z;     ///< observer
    double xs, ys, zs;  ///< source
    double age, half_height, diffusion, loss_rate;
    double value;
    double gradient[3];

    Propagation<double> propagation() const {
        return {x - xs, y - ys, z, zs, age, half_height, diffusion, loss_rate};
    }
    double q() const { return 4.0 * diffusion * age; }
};

inline std::vector<OracleRow> read_oracle() {
    const std::string path = GREENHALO_SOURCE_DIR "/tests/data/green_function.csv";
    std::ifstream file(path);
    if (!file) throw std::runtime_error("cannot read " + path);
    std::vector<OracleRow> rows;
    std::string text;
    for (int line = 1; std::getline(file, text); ++line) {
        if (text.empty() || text[0] == '#' || text[0] == 'x') continue;
        std::istringstream fields(text);
        std::vector<double> v;
        for (std::string field; std::getline(fields, field, ',');) v.push_back(std::stod(field));
        if (v.size() != 14)
            throw std::runtime_error(path + ": line " + std::to_string(line) + " is not 14 numbers");
        rows.push_back(
            {line, v[0], v[1], v[2], v[3], v[4], v[5], v[6], v[7], v[8], v[9], v[10], {v[11], v[12], v[13]}});
    }
    return rows;
}

}  // namespace greenhalo::test
