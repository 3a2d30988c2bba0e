#define CLONE_VM	0x00000100
#define CLONE_NEWNS	0x00020000	/* New mount namespace group */
#define CLONE_NEWPID		0x20000000	/* New pid namespace */
