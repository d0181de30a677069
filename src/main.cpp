#include "greenhalo/app/commands.h"

int main(int argc, char** argv) { return static_cast<int>(greenhalo::run_program(argc, argv)); }
