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

// A register's name is no more that of its coprocessor
@ encode @
expression cp, crn, crm, op0, op1, op2;
@@
- ENCODE_AA64_CP_REG(cp, crn, crm, op0, op1, op2)
+ ENCODE_AA64_CP_REG(op0, op1, crn, crm, op2)
