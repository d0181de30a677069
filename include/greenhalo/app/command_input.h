/// \file
/// From the words of a command line to the model, on every rank alike.
#pragma once

#include <string>
#include <vector>

#include "greenhalo/app/log.h"
#include "greenhalo/app/model.h"
#include "greenhalo/app/parameters.h"
#include "greenhalo/base/error.h"
#include "greenhalo/parallel/agreement.h"
#include "greenhalo/parallel/session.h"
#include "greenhalo/storage/result_file.h"

namespace greenhalo {

/// What a command works on.
struct CommandInput {
    std::string line;                     ///< the command line, for the result file
    Parameters parameters;                ///< of the input file and the command line
    FileContents files;                   ///< that they name
    Model model;                          ///< built from both
    Overwrite overwrite = Overwrite::no;  ///< of a result that exists
    bool resume = false;                  ///< goes on with an existing result; only run can
};

/// Collective. Rank 0 reads and checks the input file, the parameter words and every file they name, and the place of
/// the output; the other ranks take over what it found. Prints warnings. `words` is the command line after the
/// command: INPUT.ini, --overwrite, --resume and parameters. Throws InputError on all ranks alike.
CommandInput read_command_input(const Ranks& ranks, const Log& log, const std::string& command,
                                const std::vector<std::string>& words);

/// The command line as it would be typed into a shell.
std::string command_line(const std::string& command, const std::vector<std::string>& words);

/// Input files as the result file keeps them.
std::vector<InputFile> kept_files(const CommandInput& input);

/// Facts about this program and machine, for the result file.
std::vector<std::pair<std::string, std::string>> build_facts();

/// Runs a command that needs MPI: MPI for the length of the work, one message whatever fails, the exit status.
template <class Work>
ExitStatus run_under_mpi(int argc, char** argv, Work work) {
    MpiSession session(argc, argv);
    const Ranks ranks(MPI_COMM_WORLD);
    const Log log(!ranks.is_root());
    // the ranks agree on an Error before it is thrown, so all are here: one of them says it
    try {
        return work(ranks, log);
    } catch (const InputError& error) {
        if (ranks.is_root()) print_error(error.what());
        return ExitStatus::input_error;
    } catch (const Error& error) {
        if (ranks.is_root()) print_error(error.what());
        return ExitStatus::failed;
    } catch (const std::exception& error) {
        return fail_alone(ranks, error);
    }
}

}  // namespace greenhalo
