#!/bin/bash
# One greenhalo run as a Slurm job, from the root of the repository:
#
#     sbatch jobscripts/single.sh my.ini my-result.h5
#
# Options of sbatch on the command line take precedence over the lines below: sbatch -n 256 -t 2:00:00 ...
#SBATCH --job-name=greenhalo
#SBATCH --ntasks=64
#SBATCH --time=01:00:00
#SBATCH --output=greenhalo-%j.log

# --- the site ---------------------------------------------------------------------------------------------
# Account and partition, where the site wants them (take one # away):
##SBATCH --account=my-account
##SBATCH --partition=my-partition
# The modules the program was built with:
# module load gcc openmpi hdf5/parallel petsc boost
# How ranks are started; where srun does not know PMIx: launcher="mpirun"
launcher=${GREENHALO_LAUNCHER:-srun --mpi=pmix}
greenhalo=${GREENHALO:-build/greenhalo}
# ----------------------------------------------------------------------------------------------------------

set -u
input=${1:-input/figure2-right.ini}
result=${2:-result.h5}

cd "${SLURM_SUBMIT_DIR:-.}" || exit 1
echo "job ${SLURM_JOB_ID:-none}: ${SLURM_NTASKS:-1} ranks on ${SLURM_JOB_NODELIST:-$(hostname)}"

# An existing result is never touched: the program ends with status 2 and says so.
$launcher "$greenhalo" run "$input" -o "$result"
status=$?

[ "$status" -eq 0 ] && "$greenhalo" info "$result"
exit "$status"
