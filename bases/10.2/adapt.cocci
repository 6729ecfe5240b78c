// A machine of type virt-10.2 tells firmware to say where the HEST is as well:
// stock QEMU of this version, to which the guest may migrate, goes by that.
@ ghes_state @
@@
  typedef struct AcpiGhesState {
  ...
  uint64_t hw_error_le;
+ /* Where the HEST is, as firmware wrote it, where the machine asks for it */
+ uint64_t hest_addr_le;
+ bool use_hest_addr;
  ...
  } AcpiGhesState;

@ blob_state @
@@
  typedef struct GhesBlob {
  ...
  const uint64_t *registers_le;
+ const uint64_t *hest_addr_le;
  ...
  } GhesBlob;

@ init_state @
symbol ags, count;
@@
+ ags->blob.hest_addr_le = &ags->hest_addr_le;
  ags->source_count = count;

@ answer @
symbol ags, fw_cfg;
@@
  fw_cfg_add_file_callback(fw_cfg, HEST_BLOB_ADDRESS_FILE, ...);
+ if (ags->use_hest_addr) {
+     fw_cfg_add_file_callback(fw_cfg, GHES_HEST_ADDRESS_FILE, NULL,
+                              ghes_hest_told, &ags->blob, &ags->hest_addr_le,
+                              sizeof(ags->hest_addr_le), false);
+ }

@ reset @
symbol ags;
@@
  ags->hw_error_le = 0;
+ ags->hest_addr_le = 0;

@ check_fn @
identifier f =~ "^ghes_blob_check$";
identifier blob, errp;
statement S;
typedef GhesBlob, GhesBlock, Error;
@@
  f(const GhesBlob *blob, Error **errp)
  {
  ...
+ if (ghes_hest_is_used(blob)) {
+     return ghes_hest_check(blob, errp);
+ }
  if (!registers) S
  ...
  }

@ locate @
identifier f =~ "^ghes_block_locate$";
identifier block, blob, index;
statement S;
@@
  f(GhesBlock *block, const GhesBlob *blob, unsigned index)
  {
  ...
+ if (ghes_hest_is_used(blob)) {
+     return ghes_hest_locate(block, blob, index);
+ }
  if (!ghes_blob_check(blob, NULL)) S
  ...
  }

@ include_block depends on check_fn @
@@
  #include "hw/acpi/ghes-block.h"
+ #include "hw/acpi/ghes-hest.h"

@ include_ghes depends on answer @
@@
  #include "hw/acpi/ghes.h"
+ #include "hw/acpi/ghes-hest.h"

// The machine's DSDT has its device and its event already
@ dsdt @
identifier f =~ "^virt_ras_dsdt_add$";
@@
- void f(...) { ... }

@ dsdt_declared @
identifier f =~ "^virt_ras_dsdt_add$";
@@
- void f(...);

@ hest_fn @
identifier f =~ "^virt_ras_build_hest$";
identifier vms, tables;
typedef VirtMachineState, AcpiBuildTables;
@@
  f(VirtMachineState *vms, AcpiBuildTables *tables)
  {
+     unsigned hest = tables->table_data->len;
+
      build_hest(...);
+     if (ACPI_GED(vms->acpi_dev)->ghes_state.use_hest_addr) {
+         bios_linker_loader_write_pointer(tables->linker,
+                                          GHES_HEST_ADDRESS_FILE, 0,
+                                          sizeof(uint64_t),
+                                          ACPI_BUILD_TABLE_FILE, hest);
+     }
  }

@ include_virt depends on hest_fn @
@@
  #include "hw/acpi/ghes.h"
+ #include "hw/acpi/ghes-hest.h"

// Functions that say by an Error what is wrong
@ load @
expression f, vmsd, state, version;
@@
- vmstate_load_state(f, vmsd, state, version)
+ vmstate_load_state(f, vmsd, state, version, NULL)

@ save @
expression f, vmsd, state, description;
@@
- vmstate_save_state(f, vmsd, state, description)
+ vmstate_save_state(f, vmsd, state, description, NULL)

// ID registers are behind accessors
@ mmfr1 @
expression id, value;
@@
- id->id_aa64mmfr1 = value;
+ SET_IDREG(id, ID_AA64MMFR1, value);

@ pfr1 @
expression id, value;
@@
- id->id_aa64pfr1 = value;
+ SET_IDREG(id, ID_AA64PFR1, value);

// No header has all of the emulator any more
@ include_tcg @
@@
  #include "poison.h"
+ #include "exec/icount.h"
+ #include "system/tcg.h"

// A register's name is no more that of its coprocessor
@ encode @
expression cp, crn, crm, op0, op1, op2;
@@
- ENCODE_AA64_CP_REG(cp, crn, crm, op0, op1, op2)
+ ENCODE_AA64_CP_REG(op0, op1, crn, crm, op2)

// What QEMU's mutexes ask of the lock that a test plays
@ lock_fn @
identifier f =~ "^bql_unlock$";
typedef QemuMutex;
@@
+ bool mutex_is_bql(QemuMutex *mutex)
+ {
+     return false;
+ }
+
  void f(void)
  {
  ...
  }
+ void bql_update_status(bool is_locked)
+ {
+ }
