#include "app/file_description.h"

#include <unistd.h>

#include "greenhalo/base/units.h"

namespace greenhalo {

Description describe_input(const CommandInput& input) {
    const Transport& transport = input.model.transport;
    Description d;
    d.command = input.line;
    d.config_text = input.parameters.effective_ini();
    d.config_entries = input.parameters.as_entries();
    d.input_files = kept_files(input);
    d.provenance = build_facts();
    d.energy = transport.energies;
    for (std::size_t s = 0; s < transport.nuclei.size(); ++s) {
        const Nucleus& nucleus = transport.nuclei[s];
        d.species.push_back({nucleus.name, nucleus.charge, nucleus.mass_number});
        for (const auto& entries : transport.release[s]) {
            double yield = 0.0, delay = 0.0;
            for (const ReleaseEntry& entry : entries) {
                yield += entry.yield;
                delay += entry.yield * entry.delay / units::myr_per_year;
            }
            d.yield.push_back(yield);
            d.delay.push_back(yield > 0.0 ? delay / yield : 0.0);
        }
    }
    return d;
}

Description describe_ensemble(const CommandInput& input) {
    Description d = describe_input(input);
    d.first = input.model.first_realization;
    d.count = input.model.realizations;
    const std::string& stored = input.parameters.text("output.realizations");
    d.stored = stored == "all" ? Stored::all : stored == "anisotropy" ? Stored::anisotropy : Stored::none;
    return d;
}

std::string host_name() {
    char name[256] = {};
    gethostname(name, sizeof name - 1);
    return name;
}

}  // namespace greenhalo
