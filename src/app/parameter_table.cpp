#include "greenhalo/app/parameter_table.h"

#include "app/parameter_rows.h"

namespace greenhalo {

const std::vector<BuiltInSpecies>& built_in_species() {
    static const std::vector<BuiltInSpecies> table = {
        {"H", 1, 1, 1.03e4},       {"He", 2, 4, 8.4e3},   {"CNO", 7, 14, 5.1e3},
        {"MgAlSi", 13, 27, 2.8e3}, {"Fe", 26, 56, 3.0e3},
    };
    return table;
}

const std::vector<ParameterSpec>& parameter_table() {
    static const std::vector<ParameterSpec> table = [] {
        std::vector<ParameterSpec> rows = parameter_rows::of_physics();
        const std::vector<ParameterSpec> more = parameter_rows::of_program();
        rows.insert(rows.end(), more.begin(), more.end());
        return rows;
    }();
    return table;
}

}  // namespace greenhalo
