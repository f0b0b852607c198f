# A figure by Invar 0.1+1a4a946-dirty; to draw it again: gnuplot resnet-8-random-bars.gp
set encoding utf8
set terminal pngcairo noenhanced background 'white' font 'sans,11.25' fontscale 2 linewidth 2 pointscale 2 size 1280,840
set output 'resnet-8-random-bars.png'
set datafile separator comma
set multiplot
unset label 1
set border 3 lc rgb '#444444'; set tics nomirror out scale 0.5 tc rgb '#222222'
set grid y lc rgb '#DDDDDD' lw 1 lt 1; set style fill solid 1 noborder; unset key
set lmargin at screen 0.10016; set rmargin at screen 0.97188; set tmargin at screen 0.84762; set bmargin at screen 0.43143
set xrange [0.45:4.55]; unset logscale x; set xtics rotate by 35 right ('in distribution' 1, 'other objects' 2, 'the other kind' 3, 'Fashion-MNIST for CIFAR-10' 4)
set yrange [0:0.970966056]; unset logscale y; set ytics norotate ('0.0' 0, '0.2' 0.2, '0.4' 0.4, '0.6' 0.6, '0.8' 0.8)
unset label 2; unset label 3; set label 4 'distance' at screen 0.021875, screen 0.63952 center rotate
plot 'resnet-8-random-bars.csv' index 1 using ($1-0.3):2:(0.188) with boxes lc rgb '#0072B2', \
     'resnet-8-random-bars.csv' index 2 using ($1-0.1):2:(0.188) with boxes lc rgb '#D55E00', \
     'resnet-8-random-bars.csv' index 3 using ($1+0.1):2:(0.188) with boxes lc rgb '#009E73', \
     'resnet-8-random-bars.csv' index 4 using ($1+0.3):2:(0.188) with boxes lc rgb '#CC79A7', \
     0 with lines lc rgb '#444444' lw 1, \
     'resnet-8-random-bars.csv' index 1 using ($1-0.3):3:(0):($4-$3) with vectors heads size screen 0.006,90 nofilled lc rgb '#333333' lw 1.2, \
     'resnet-8-random-bars.csv' index 2 using ($1-0.1):3:(0):($4-$3) with vectors heads size screen 0.006,90 nofilled lc rgb '#333333' lw 1.2, \
     'resnet-8-random-bars.csv' index 3 using ($1+0.1):3:(0):($4-$3) with vectors heads size screen 0.006,90 nofilled lc rgb '#333333' lw 1.2, \
     'resnet-8-random-bars.csv' index 4 using ($1+0.3):3:(0):($4-$3) with vectors heads size screen 0.006,90 nofilled lc rgb '#333333' lw 1.2
unset label 1
set lmargin at screen 0.01; set rmargin at screen 0.99; set tmargin at screen 0.97143; set bmargin at screen 0.87619
unset border; unset tics; unset grid; unset label; unset logscale
set key center center horizontal Left reverse samplen 2 width 1 maxcols 4; set xrange [0:1]; set yrange [0:1]
set key title 'trained with'
plot NaN with boxes lc rgb '#0072B2' title 'same', \
     NaN with boxes lc rgb '#D55E00' title 'other', \
     NaN with boxes lc rgb '#009E73' title 'none', \
     NaN with boxes lc rgb '#CC79A7' title 'untrained'
unset multiplot
