/** The variable that names the folder in which the processes of a test run write down what simulators answered. */
export const ANSWERS_FOLDER = 'CORDON_TEST_ANSWERS'
