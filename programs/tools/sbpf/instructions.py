"""Which instructions and system calls a program may use. Compilers know more than the runtime runs."""
import struct

from .errors import LinkError

CALL, LDDW = 0x85, 0x18

_REGISTER_AND_IMMEDIATE = (0, 8)
_ALU64 = {op | source | 7 for op in range(0, 0xD0, 0x10) for source in _REGISTER_AND_IMMEDIATE} - {0x8F} | {0xD4, 0xDC}
_MEMORY = {0x60 | size | kind for size in (0, 8, 0x10, 0x18) for kind in (1, 2, 3)} | {LDDW}
_JUMP = {op | source | 5 for op in range(0x10, 0xE0, 0x10) for source in _REGISTER_AND_IMMEDIATE}
_JUMP = _JUMP - {0x85, 0x8D, 0x95, 0x9D} | {0x05, CALL, 0x95}
ALLOWED = _ALU64 | _MEMORY | _JUMP

# An unknown name would deploy under version 3 and fail when it is called, so it is refused here.
SYSCALLS = frozenset("""
    abort sol_panic_ sol_log_ sol_log_64_ sol_log_compute_units_ sol_log_pubkey sol_log_data
    sol_create_program_address sol_try_find_program_address sol_sha256 sol_keccak256 sol_blake3 sol_secp256k1_recover
    sol_curve_validate_point sol_curve_group_op sol_get_clock_sysvar sol_get_rent_sysvar
    sol_get_epoch_schedule_sysvar sol_get_sysvar sol_get_last_restart_slot sol_memcpy_ sol_memmove_ sol_memcmp_
    sol_memset_ sol_invoke_signed_c sol_invoke_signed_rust sol_set_return_data sol_get_return_data
    sol_get_processed_sibling_instruction sol_get_stack_height sol_remaining_compute_units
""".split())


def check_code(code):
    """Refuses 32-bit arithmetic (its width rules differ), signed division, atomics, and calls through registers."""
    at = 0
    while at < len(code):
        opcode = code[at]
        offset, = struct.unpack_from("<h", code, at + 2)
        if opcode not in ALLOWED:
            raise LinkError(f"instruction {at // 8}: opcode {opcode:#04x} does not run there (compile with -mcpu=v2)")
        if opcode & 7 == 7 and offset:
            raise LinkError(f"instruction {at // 8}: signed division or a sign-extending move does not run there")
        at += 16 if opcode == LDDW else 8


def syscall_hash(name):
    """Murmur3 with 32 bits, by which version 3 names a system call."""
    mask, data = 0xFFFFFFFF, name.encode()

    def scramble(block):
        block = block * 0xCC9E2D51 & mask
        return (block << 15 | block >> 17) * 0x1B873593 & mask

    value, whole = 0, len(data) // 4 * 4
    for block, in struct.iter_unpack("<I", data[:whole]):
        value ^= scramble(block)
        value = ((value << 13 | value >> 19) & mask) * 5 + 0xE6546B64 & mask
    value ^= scramble(int.from_bytes(data[whole:], "little")) ^ len(data)
    value = (value ^ value >> 16) * 0x85EBCA6B & mask
    value = (value ^ value >> 13) * 0xC2B2AE35 & mask
    return value ^ value >> 16
