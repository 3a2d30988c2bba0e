#define CAP_CHOWN            0
#define CAP_SYS_ADMIN        21
#define CAP_LAST_CAP         CAP_SYS_ADMIN
